"""Which definitions of a file a task is about."""

from octoprompt.context import focus, outline
from octoprompt.context.focus import with_more
from octoprompt.index.model import Passage
from support.context_text import source

TEXT = """class Basket:
    def add_product(self, product):
        self.lines.append(product)

    def apply_discount(self, percent):
        for line in self.lines:
            line.price -= line.price * percent / 100

    def total(self):
        return sum(line.price for line in self.lines)


def render(basket):
    return f"{basket.total()} after discount"
"""


def test_definitions_that_share_words_with_the_task_follow_the_best_passages():
    """A name says more than a body, and what shares nothing is left out."""
    found = with_more("the discount is applied twice", source("a.py", TEXT), [])
    assert [p.symbol for p in found] == ["Basket.apply_discount", "render"]
    assert (found[0].line, found[0].end_line) == (5, 7)


def test_what_is_in_a_passage_already_is_not_repeated():
    """The index's own passages stay first."""
    best = Passage(symbol="Basket", line=1, end_line=10)
    found = with_more("the discount is applied twice", source("a.py", TEXT), [best])
    assert [p.symbol for p in found] == ["Basket", "render"]


def test_a_file_without_symbols_has_only_its_passages():
    """Nothing is made up."""
    best = Passage(symbol="", line=2, end_line=4)
    assert with_more("discount", source("a.xyz", TEXT), [best]) == [best]


def test_a_large_class_gives_way_to_its_methods():
    """A passage that is all of a class says nothing of which method; a small one stays whole."""
    filler = "".join(
        f"    def keep_{i}(self):\n" + "        self.store(self.value)\n" * 60 for i in range(8)
    )
    text = f"class Basket:\n{filler}    def apply_discount(self):\n        self.cut()\n"
    basket = source("a.py", text)
    whole = Passage(symbol="Basket", line=1, end_line=text.count("\n"))
    assert focus.holds_the_parts(basket, [whole])
    found = with_more("the discount is applied twice", basket, [whole])
    assert [p.symbol for p in found] == ["Basket.apply_discount"]
    small = Passage(symbol="Basket", line=1, end_line=10)
    assert not focus.holds_the_parts(basket, [small])
    nested = source("a.py", text.replace("class Basket:", "def basket(self):"))
    assert not focus.holds_the_parts(nested, [whole])


def test_a_long_function_gives_way_to_what_it_holds(monkeypatch):
    """What could never be shown as one part is shown by the functions and lines inside."""
    monkeypatch.setattr(outline, "LONG", 400)
    monkeypatch.setattr(focus, "LONG", 400)
    filler = "".join(f"    value_{i} = compute({i})\n" for i in range(20))
    text = f"def render(tree):\n{filler}    def apply_discount(line):\n        line.cut()\n{filler}"
    whole = Passage(symbol="render", line=1, end_line=43)
    found = with_more("the discount is applied twice", source("a.py", text), [whole])
    assert [(p.symbol, p.line, p.end_line) for p in found] == [("render.apply_discount", 22, 23)]
    lines = text.splitlines(keepends=True)
    spans = [span for _, span in outline.parts(source("a.py", text), lines)]
    assert sorted(spans) == [(1, 21), (22, 23), (24, 43)]
