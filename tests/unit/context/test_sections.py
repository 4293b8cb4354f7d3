"""The sections beside the files: rules, tree, diff, problems."""

from octoprompt.context.rules import rules_paths, show_hidden
from octoprompt.context.sections import Problem, diff_units, problem_units, rules_unit
from octoprompt.context.tree import trees

KEY = "ghp_Q7xV2mNp9RtY4wZs8LkJ3hGf6DdA1cBe5UiO"


def test_rules_by_scope():
    """The project's own rules come first, those of a folder only for files below it."""
    known = [
        "AGENTS.md",
        "web/AGENTS.md",
        "web/ui/CLAUDE.md",
        "api/AGENTS.md",
        ".cursorrules",
        ".clinerules/style.md",
        ".clinerules/logo.png",
        ".github/copilot-instructions.md",
    ]
    assert rules_paths(known, ["web/ui/button.ts"]) == [
        "AGENTS.md",
        ".github/copilot-instructions.md",
        ".cursorrules",
        ".clinerules/style.md",
        "web/AGENTS.md",
        "web/ui/CLAUDE.md",
    ]
    assert "api/AGENTS.md" not in rules_paths(known, ["web/a.ts"])


def test_hidden_characters_in_rules_are_made_visible():
    """Direction overrides, zero-width and tag characters are shown and reported by line."""
    text = "ok\nbad\u202e \u200b\nplain é 🎉\n\U000e0041\n"
    shown, masks = show_hidden(text)
    assert shown == "ok\nbad[hidden U+202E] [hidden U+200B]\nplain é 🎉\n[hidden U+E0041]\n"
    assert [(mask.line, mask.kind) for mask in masks] == [
        (2, "hidden character"),
        (4, "hidden character"),
    ]
    unit = rules_unit("AGENTS.md", "AGENTS.md", text + KEY, "markdown")
    assert [mask.kind for mask in unit.masks] == [
        "hidden character",
        "hidden character",
        "github token",
    ]
    assert KEY not in unit.text


def test_trees_get_shallower():
    """Each tree shows less; counts stand for what is left out, and lone folders take one line."""
    paths = ["README.md", "src/a.py", "src/b/c/d.py", "src/b/c/e.py", "x/y/z.py"]
    found = trees(paths)
    assert found[0] == ("src/\n  b/c/\n    d.py\n    e.py\n  a.py\nx/y/\n  z.py\nREADME.md\n")
    assert found[-1] == "src/ (3 files)\nx/ (1 files)\nREADME.md\n"
    assert [tree.count(".py") for tree in found] == [4, 2, 1, 0]
    assert trees([]) == ()


def test_a_tree_of_very_deep_paths():
    """Depth is bounded, whatever the disk holds."""
    deep = "/".join("d" * 1 for _ in range(3000)) + "/f.py"
    assert all(len(tree) < 20_000 for tree in trees([deep, "a.py"]))


def test_a_diff_is_cut_by_file():
    """Each file of a diff is its own unit; renamed, deleted and binary files keep their path."""
    text = (
        "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x\n+``` y\n"
        "diff --git a/old.py b/old.py\n--- a/old.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"
        "diff --git a/from.py b/to.py\nrename from from.py\nrename to to.py\n"
        "diff --git a/i.png b/i.png\nBinary files a/i.png and b/i.png differ\n"
        "diff --git a/conf.py b/conf.py\n--- a/conf.py\n+++ b/conf.py\n@@ -0,0 +1 @@\n"
        f"+k = '{KEY}'\n"
        "diff --git a/.env b/.env\n--- a/.env\n+++ b/.env\n@@ -0,0 +1 @@\n+A=1\n"
    )
    units, refused = diff_units(text, "markdown")
    assert [unit.path for unit in units] == ["a.py", "old.py", "to.py", "i.png", "conf.py"]
    assert refused == [".env"]
    assert units[0].text.startswith("````diff\n")
    assert units[0].text.endswith("````\n\n")
    assert KEY not in units[4].text
    assert [mask.kind for mask in units[4].masks] == ["github token"]


def test_a_diff_of_unknown_or_once_secret_name_is_not_sent():
    """A file renamed away from a secret name still holds what it held; no name, no diff."""
    renamed = (
        "diff --git a/.env b/sample.txt\nrename from .env\nrename to sample.txt\n"
        "--- a/.env\n+++ b/sample.txt\n@@ -1 +1 @@\n-A=1\n+A=2\n"
    )
    nameless = "diff --git x/.env y/.env\n--- x/.env\n+++ y/.env\n@@ -0,0 +1 @@\n+A=1\n"
    units, refused = diff_units(renamed + nameless, "markdown")
    assert units == []
    assert refused == ["sample.txt", "?"]


def test_problems_by_file_errors_first():
    """Files with errors come before files with warnings; messages stay on their line."""
    units = problem_units(
        [
            Problem(path="a.py", line=9, severity="warning", message="unused"),
            Problem(path="b.py", line=2, severity="error", message="no\n such name", source="ts"),
            Problem(path="b.py", line=1, severity="hint", message="m"),
        ],
        "plain",
    )
    assert [unit.path for unit in units] == ["b.py", "a.py"]
    assert units[0].text == "b.py:1: hint: m\nb.py:2: error: no such name [ts]\n\n"
