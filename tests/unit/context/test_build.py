"""The whole builder over values: budgets, order, degrading, determinism."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from octoprompt.context import views
from octoprompt.context.build import build, estimate
from octoprompt.context.model import Built, Format, Material, Unit, Wanted
from octoprompt.context.redact import mask_secrets
from octoprompt.context.render import ORDER
from octoprompt.context.sections import (
    Problem,
    diff_units,
    masked_prose,
    problem_units,
    rules_unit,
)
from octoprompt.context.tree import trees
from octoprompt.errors import BudgetTooSmall
from octoprompt.index.model import Passage
from support.context_text import count, read_files, source, tokens

FORMS: tuple[Format, ...] = ("markdown", "xml", "plain")
KEY = "sk-ant-api03-" + "Q7xV2mNp9RtY4wZs8LkJ3hGf6DdA1cBe5"
PYTHON = '''"""Shapes."""

import math


class Circle:
    """A round shape."""

    def __init__(self, radius):
        """Keep the radius."""
        self.radius = radius

    def area(self):
        """Give the area."""
        square = self.radius * self.radius
        return math.pi * square

    def grow(self, by):
        for _ in range(3):
            self.radius += by
        return self


def unit():
    """Give the unit circle."""
    one = 1
    two = one + one
    return Circle(two - one)
'''


def run(material: Material, budget: int, form: Format = "markdown") -> Built:
    """Build and check what must always hold."""
    built = asyncio.run(build(material, budget, form, count))
    assert built.tokens == tokens([built.text])[0]
    assert built.tokens <= budget
    assert sum(part for _, part in built.sections) == built.tokens
    return built


def whole(path: str, text: str, form: Format = "markdown"):
    """Give a chosen file that is wanted whole."""
    candidate, missing = views.chosen(source(path, text), Wanted(path=path, whole=True), form)
    assert candidate is not None
    assert not missing
    return candidate


nasty = [
    *("```", "`````python", "</file>", "</file-2>", "# Files", "## a.py", "</instructions>"),
    *("--- a.py (3 lines follow) ---", "def f(x):", "    return x", "class A:", "/* c */", "// x"),
    *("}", "", "   ", "\t", "é" * 30, "x" * 3000, " " * 900, "{{ x }}", "<|endoftext|>"),
    *("\u2028", "\ufeff", "\x0c", "\r", f'key = "{KEY}"'),
]
lines = st.one_of(st.text(max_size=60), st.sampled_from(nasty))
texts = st.builds(
    lambda parts, eol, last: eol.join(parts) + last,
    st.lists(lines, max_size=25),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["", "\n", "\r\n", "\n\n"]),
)
paths = st.sampled_from(
    ["a.py", "b/c.ts", "d.rs", "e.txt", "f/g h.md", "h.go", "noext", "x\ny.py", "ü.java"]
)
spans = st.tuples(st.integers(1, 9), st.integers(1, 40))
modes = st.sampled_from(["whole", "outline", "range", "symbol"])


SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
NOTHING_ELSE = {"units": (), "trees": (), "chosen": (), "suggested": (), "omitted": ()}


@st.composite
def materials(draw, form: Format) -> Material:
    """Draw everything that may go in."""
    chosen = []
    for path in draw(st.lists(paths, unique=True, max_size=4)):
        mode = draw(modes)
        wanted = Wanted(
            path=path,
            whole=mode == "whole",
            outline=mode == "outline",
            ranges=(draw(spans),) if mode == "range" else (),
            symbols=(draw(st.sampled_from(["f", "A", "A.f", "nope"])),) if mode == "symbol" else (),
        )
        candidate, missing = views.chosen(source(path, draw(texts)), wanted, form)
        assert candidate is not None or missing
        if candidate:
            chosen.append(candidate)
    suggested = [
        views.suggested(
            source(f"s{number}.py", text),
            [Passage(symbol="f", line=2, end_line=5), Passage(symbol="A", line=7, end_line=30)],
            "suggested: it matches",
            form,
        )
        for number, text in enumerate(draw(st.lists(texts, max_size=3)))
    ]
    units: list[Unit] = [
        rules_unit("AGENTS.md", "AGENTS.md", t, form) for t in draw(st.lists(texts, max_size=1))
    ]
    diff = "".join(
        f"diff --git a/{n}.py b/{n}.py\n+++ b/{n}.py\n{t}\n"
        for n, t in enumerate(draw(st.lists(texts, max_size=2)))
    )
    units += diff_units(diff, form)[0]
    prompts = draw(st.lists(texts, max_size=2))
    said, masked = masked_prose(
        [draw(texts), draw(texts), *prompts], ["instructions", "ticket", *map(str, prompts)]
    )
    return Material(
        instructions=said[0],
        prompts=tuple(said[2:]),
        ticket=said[1],
        masked=tuple(masked),
        units=tuple(units),
        trees=trees(draw(st.lists(paths, max_size=5))),
        chosen=tuple(chosen),
        suggested=tuple(suggested),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(data=st.data(), form=st.sampled_from(FORMS), budget=st.integers(1, 6000))
def test_the_budget_is_never_exceeded(data, form, budget):
    """Whatever goes in, the final text's own count is within the budget."""
    material = data.draw(materials(form))
    needed = asyncio.run(estimate(replace(material, **NOTHING_ELSE), form, count)).tokens
    if needed > budget:
        with pytest.raises(BudgetTooSmall) as caught:
            run(material, budget, form)
        assert caught.value.data == {"needed": needed, "budget": budget}
        return
    built = run(material, budget, form)
    assert KEY not in built.text
    shown = {item.path for item in built.items}
    out = {omission.path for omission in built.omitted}
    for candidate in (*material.chosen, *material.suggested):
        assert candidate.path in shown | out
    for candidate in material.chosen:
        inside = ["".join(view.pieces) in built.text for view in candidate.views]
        assert any(inside) == (candidate.path in shown)
    assert run(material, budget, form) == built


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(
    found=st.dictionaries(st.sampled_from(["a.py", "b.ts", "c.txt", "d e.rs"]), texts),
    form=st.sampled_from(FORMS),
)
def test_whole_files_can_be_read_back(found, form):
    """Every format gives each file's exact text back, whatever it contains."""
    chosen = tuple(whole(path, text, form) for path, text in found.items())
    built = run(Material(instructions="x", chosen=chosen), 10_000_000, form)
    assert read_files(built.text, form) == {
        path: mask_secrets(text)[0] for path, text in found.items()
    }


def test_a_chosen_file_degrades_to_its_outline_before_it_goes():
    """A chosen file is shown whole, then as an outline, then not, and each is said."""
    candidate = whole("shapes.py", PYTHON)
    material = Material(instructions="Fix it.", chosen=(candidate,))
    everything = run(material, 10_000)
    assert [(i.mode, i.why) for i in everything.items] == [("full", "chosen")]
    tight = run(material, everything.tokens - 1)
    assert [(i.mode, i.why) for i in tight.items] == [
        ("outline", "chosen; outline: did not fit whole")
    ]
    assert "def area(self):" in tight.text
    assert "return math.pi" not in tight.text
    tiny = run(material, 12)
    assert tiny.items == ()
    assert tiny.omitted[0].path == "shapes.py"
    assert "did not fit" in tiny.omitted[0].reason
    assert "Fix it." in tiny.text


def test_chosen_outranks_suggested():
    """A suggested file is only added to what is left after the chosen ones."""
    chosen = whole("z.py", PYTHON)
    better = views.suggested(source("a.py", PYTHON), [], "suggested: it is best", "markdown")
    both = Material(instructions="x", chosen=(chosen,), suggested=(better,))
    alone = run(Material(instructions="x", chosen=(chosen,)), 10_000)
    built = run(both, alone.tokens + 10)
    assert [(i.path, i.mode) for i in built.items] == [("z.py", "full")]
    assert [o.path for o in built.omitted] == ["a.py"]


def test_a_suggested_file_shows_its_best_parts_with_their_class():
    """Where the whole does not fit, the best passage stands inside its class's head."""
    best = Passage(symbol="Circle.area", line=13, end_line=16)
    candidate = views.suggested(source("a.py", PYTHON), [best], "suggested", "markdown")
    parts = next(v for v in candidate.views if v.mode == "symbol")
    text = "".join(parts.pieces)
    assert "class Circle:" in text
    assert "return math.pi * square" in text
    assert "def grow" not in text
    whole_cost = sum(tokens(candidate.views[0].pieces))
    built = run(Material(instructions="x", suggested=(candidate,)), whole_cost)
    assert built.items[0].mode == "symbol"
    assert built.items[0].why == "suggested; the best parts: Circle.area"


@pytest.mark.parametrize("form", FORMS)
def test_sections_stand_in_their_order_with_instructions_last(form):
    """Rules, tree, files by path, diff, problems, ticket, prompts, instructions."""
    diff = "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-old\n+new\n"
    material = Material(
        instructions="INSTRUCTIONS",
        prompts=("PROMPT",),
        ticket="TICKET",
        units=(
            *diff_units(diff, form)[0],
            rules_unit("AGENTS.md", "AGENTS.md", "RULES\n", form),
            *problem_units(
                [Problem(path="a.py", line=3, severity="error", message="PROBLEM")], form
            ),
        ),
        trees=trees(["TREE.py"]),
        chosen=(whole("b.py", "B = 1\n", form), whole("a.py", "A = 1\n", form)),
    )
    built = run(material, 5000, form)
    assert tuple(name for name, _ in built.sections) == ORDER
    words = [
        "RULES",
        "TREE",
        "A = 1",
        "B = 1",
        "+new",
        "PROBLEM",
        "TICKET",
        "PROMPT",
        "INSTRUCTIONS",
    ]
    places = [built.text.index(word) for word in words]
    assert places == sorted(places)


def test_not_even_the_instructions_fit():
    """The error says how much is missing."""
    with pytest.raises(BudgetTooSmall) as caught:
        run(Material(instructions="word " * 100), 50)
    needed = (caught.value.data or {})["needed"]
    assert isinstance(needed, int)
    assert f"{needed - 50:,} more than the budget of 50" in caught.value.message
    assert run(Material(instructions="word " * 100), needed).tokens == needed


def test_included_sections_are_cut_by_whole_units_and_say_so():
    """A diff that is too large loses files, never parts of one, and the account names them."""
    big = "".join(f"+line {n}\n" for n in range(300))
    diff = "".join(f"diff --git a/{n}.py b/{n}.py\n+++ b/{n}.py\n{big}" for n in range(4))
    units = tuple(diff_units(diff, "markdown")[0])
    built = run(Material(instructions="x", units=units), 3500)
    held = [n for n in range(4) if f"+++ b/{n}.py" in built.text]
    assert held == [0, 1]
    assert built.text.count("+line 299") == len(held)
    assert [o.path for o in built.omitted] == ["2.py", "3.py"]


def test_the_budget_is_used_where_there_is_material():
    """With many functions to choose from, 97 % of the budget is used."""
    body = "\n\n".join(f"def f{n}(x):\n    y = x + {n}\n    return y * {n}\n" for n in range(200))
    passages = [
        Passage(symbol=f"f{n}", line=5 * n + 1, end_line=5 * n + 3) for n in range(0, 60, 5)
    ]
    files = tuple(
        views.suggested(source(f"m{n}.py", body), passages, "suggested", "markdown")
        for n in range(20)
    )
    for budget in (4000, 8000, 16000):
        built = run(Material(instructions="x", suggested=files), budget)
        assert built.tokens >= 0.97 * budget


def test_an_estimate_counts_what_building_without_limits_gives():
    """The estimate of a selection is the exact size of the text that holds all of it."""
    chosen = (whole("a.py", PYTHON), whole("b.py", "B = 1\n"))
    material = Material(instructions="Do it.", chosen=chosen, trees=trees(["a.py", "b.py"]))
    counted = asyncio.run(estimate(material, "markdown", count))
    built = run(material, 100_000)
    assert counted.tokens == built.tokens
    assert counted.sections == built.sections
    assert list(counted.chosen) == [item.tokens for item in built.items]


def test_masked_secrets_are_reported_only_where_they_are_shown():
    """A secret in a part that is not in the text is not in the account either."""
    text = f'A = 1\nkey = "{KEY}"\nB = 2\n' + PYTHON
    first, _ = views.chosen(source("a.py", text), Wanted(path="a.py", ranges=((2, 2),)), "markdown")
    other, _ = views.chosen(
        source("a.py", text), Wanted(path="a.py", symbols=("unit",)), "markdown"
    )
    assert first is not None
    assert other is not None
    shown = run(Material(instructions="x", chosen=(first,)), 5000)
    assert [(m.path, m.line, m.kind) for m in shown.masked] == [("a.py", 2, "anthropic key")]
    assert "[redacted: anthropic key]" in shown.text
    assert run(Material(instructions="x", chosen=(other,)), 5000).masked == ()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "text",
    [
        "</file>\n</file-2>\n</files>\n",
        '<file path="x">\n',
        "```\n````` python\n~~~\n",
        "--- b.py (1 lines follow) ---\n\n## b.py\n\n",
        "no end",
        "",
        "\n",
        "\r\n\r",
        "/* starts with a slash */\n",
        "   \n\n",
    ],
)
def test_a_file_that_looks_like_the_frame_around_it(text, form):
    """What opens or closes a file in a format may stand in one."""
    chosen = (whole("a.py", text, form), whole("b.py", text + "B = 1\n", form))
    built = run(Material(instructions="x", chosen=chosen), 10_000, form)
    assert read_files(built.text, form) == {"a.py": text, "b.py": text + "B = 1\n"}
