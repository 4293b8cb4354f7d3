"""What a root's own rules leave out, and what a bad rule costs."""

import pytest

from octoprompt.index.walk import Walker
from octoprompt.settings import WorkspaceOptions
from octoprompt.workspace.git import Git
from support.indexing import write


@pytest.mark.parametrize("bad", ["!", "\\", "a\\"])
@pytest.mark.parametrize("place", [".octopromptignore", ".gitignore", "exclude"])
def test_a_rule_that_is_none_costs_itself_alone(tmp_path, place, bad):
    """The other rules of the same file hold, and the files are listed."""
    rules = ["build/", bad, "*.log"]
    write(tmp_path, {"a.py": "", "build/o.py": "", "x.log": ""})
    if place != "exclude":
        write(tmp_path, {place: "\n".join(rules) + "\n"})
    options = WorkspaceOptions(exclude=tuple(rules) if place == "exclude" else ())
    found = Walker(tmp_path, Git(tmp_path), options).walk()
    assert set(found.files) - {place} == {"a.py"}
