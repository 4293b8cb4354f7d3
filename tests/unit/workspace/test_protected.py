"""Files that widen what programs may do are known by every name that reaches them."""

import pytest

from octoprompt.context.rules import ROOT_FOLDERS, ROOT_NAMES, SCOPED_NAMES
from octoprompt.workspace.protected import is_version_control, protection


@pytest.mark.parametrize(
    "path",
    [
        ".git/config",
        "sub/.GIT/hooks/pre-commit",
        ".git./config",
        ".git::$INDEX_ALLOCATION/config",
        ".g\u200bit/config",
        "sub\\.git\\config",
    ],
)
def test_version_control_is_known_by_every_name(path: str):
    """Case, trailing dots, streams, invisible marks and the other slash do not hide it."""
    assert is_version_control(path)
    assert protection(path)


@pytest.mark.parametrize(
    "path",
    [
        ".vscode/settings.json",
        ".VSCode/Tasks.json",
        "x/.idea/workspace.xml",
        "a.code-workspace",
        ".env",
        ".env.local",
        "prod.env",
        ".envrc",
        "id_ed25519",
        "server.pem",
        ".github/workflows/ci.yml",
        ".gitlab-ci.yml",
        "Jenkinsfile",
        ".husky/pre-commit",
        ".pre-commit-config.yaml",
        "web/package.json",
        "PACKAGE.JSON ",
        ".npmrc",
        ".pypirc",
        "tests/conftest.py",
        "setup.py",
        "Makefile",
        "sub/build.rs",
        "AGENTS.md",
        ".github/copilot-instructions.md",
        ".cursor/rules/x.mdc",
        ".mcp.json",
        ".octopromptignore",
        ".gitmodules",
        "x.pth",
        "Dockerfile",
        ".clinerules/style.md",
        ".windsurf/rules/x.md",
        "CLAUDE.local.md",
        "AGENTS.override.md",
        ".cargo/config.toml",
        ".mvn/extensions.xml",
        "gradlew",
        ".zshrc",
        ".gdbinit",
    ],
)
def test_protected_files_say_why(path: str):
    """Each has a reason that a person can read."""
    assert protection(path)


@pytest.mark.parametrize(
    "path",
    [
        "src/git.py",
        "docs/env.md",
        "keys.py",
        "environment.ts",
        "a/package.py",
        "make.py",
        "zshrc.md",
    ],
)
def test_other_files_are_not_protected(path: str):
    """Names that only look alike are like all others."""
    assert protection(path) is None
    assert not is_version_control(path)


@pytest.mark.parametrize(
    "path", [*SCOPED_NAMES, *ROOT_NAMES, *(f"{folder}x.md" for folder in ROOT_FOLDERS)]
)
def test_whatever_is_read_as_rules_is_protected(path: str):
    """An agent cannot write itself new rules without a yes of its own."""
    assert protection(path)
