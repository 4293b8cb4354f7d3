"""Prompts as files: what is written is read as the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octoprompt.context.front_matter import parse
from octoprompt.context.prompt_files import (
    FilePrompt,
    edited,
    file_names,
    from_text,
    stem,
    to_edit,
    to_text,
)

LINE = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
WORD = LINE.map(lambda text: " ".join(text.split()).strip(", |")).filter(bool)


@given(
    name=WORD,
    content=LINE.map(lambda text: text.replace("\r", "")) | st.just("---\nname: x\n---\n"),
    description=LINE,
    tags=st.lists(WORD.map(lambda t: t.replace("|", " ").strip()).filter(bool), max_size=4),
    favorite=st.booleans(),
)
def test_any_prompt_survives_its_file(name, content, description, tags, favorite):
    """Every field comes back, whatever characters it holds."""
    prompt = FilePrompt(
        name=name, content=content, description=description, tags=tuple(tags), favorite=favorite
    )
    assert from_text("other.md", to_text(prompt)) == prompt


@pytest.mark.parametrize(
    ("text", "values", "body"),
    [
        ("plain\n", {}, "plain\n"),
        ("---\nname: A\n---\nbody", {"name": "A"}, "body"),
        ("\ufeff---\r\nName: 'it''s'\r\n---\r\nx\r\n", {"name": "it's"}, "x\n"),
        ("---\ntags: [a, 'b c', \"d, e\"]\n---\n", {"tags": ("a", "b c", "d, e")}, ""),
        (
            "---\ntags:\n  - a\n  - 'b'\nname: N # note\n---\n",
            {"tags": ("a", "b"), "name": "N"},
            "",
        ),
        ("---\nnever closed\nname: x", {}, "---\nnever closed\nname: x"),
        ("---\n!!python/object: os.system\n&a *b {{x}}\n---\nbody", {}, "body"),
        ("name: Continue\n---\nbody", {"name": "Continue"}, "body"),
        ("not a head\n---\nbody", {}, "not a head\n---\nbody"),
        ("---\n---\n", {}, ""),
    ],
)
def test_heads_as_people_write_them(text, values, body):
    """Quotes, lists, comments and line ends; what is no head stays body."""
    document = parse(text)
    assert dict(document.values) == values
    assert document.body == body


def test_empty_values_are_not_written():
    """A head holds only what was said; a text to edit has a place for everything."""
    prompt = FilePrompt(name="n", content="b")
    assert to_text(prompt) == "---\nname: n\n---\nb"
    assert to_edit(prompt) == "---\nname: n\ndescription:\ntags: []\nfavorite: false\n---\nb"


@pytest.mark.parametrize("name", ["n", "a/b.md", "true", "50% [x] #1", ' "quoted" '])
def test_a_text_to_edit_is_read_as_the_same_prompt(name):
    """Whatever its name; without one in the head the old one stays."""
    before = FilePrompt(
        name=" ".join(name.split()), content="\n# {{ a }}\n", description="d: e", tags=("x", "y")
    )
    assert edited(before, to_edit(before)) == before
    assert edited(before, "new").name == before.name


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("a.prompt.md", "a"),
        ("dir/b.mdc", "b"),
        ("dir\\c.prompt", "c"),
        ("d.e.md", "d.e"),
        (".prompt.md", ".prompt"),
        ("", "prompt"),
    ],
)
def test_a_file_names_its_prompt(file, name):
    """Without folders and endings."""
    assert stem(file) == name


def test_file_names_are_safe_and_differ():
    """No folders, nothing hidden, no two alike on a system that ignores case."""
    names = file_names(["a", "A", "../../etc/passwd", ".hidden", "x" * 300, "", "a-2"])
    assert len({name.casefold() for name in names}) == len(names)
    assert all("/" not in name and not name.startswith(".") for name in names)
    assert max(map(len, names)) < 100
