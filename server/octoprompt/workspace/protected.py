"""Files whose content can widen what programs may do: changing one needs a yes of its own.

A name is judged as the most lenient file system reads it: case, trailing dots and blanks, and what
follows a colon do not count.
"""

import re
import unicodedata

VERSION_CONTROL = frozenset({".git", ".hg", ".svn", ".jj", ".bzr"})

_FOLDERS = {
    **dict.fromkeys(VERSION_CONTROL, "it belongs to version control"),
    **dict.fromkeys(
        (".vscode", ".idea", ".zed", ".cursor", ".devcontainer", ".vs", ".fleet", ".nvim"),
        "it sets up an editor",
    ),
    **dict.fromkeys(
        (".github", ".gitlab", ".circleci", ".buildkite", ".woodpecker"), "it sets up CI"
    ),
    **dict.fromkeys((".husky", ".githooks", ".lefthook"), "it holds hooks that git runs"),
    **dict.fromkeys(
        (
            *(".octoprompt", ".claude", ".codex", ".roo", ".continue", ".clinerules", ".windsurf"),
            *(".gemini", ".kiro", ".amazonq", ".augment", ".junie", ".trae", ".aiassistant"),
        ),
        "it directs agents",
    ),
    **dict.fromkeys(
        (".cargo", ".mvn", ".yarn", ".bundle"), "it directs programs that build the project"
    ),
    **dict.fromkeys((".ssh", ".gnupg", ".aws", ".kube", ".docker", ".azure"), "it holds secrets"),
}
_NAMES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), reason)
    for pattern, reason in (
        (r"\.env(\..*)?|.*\.env|\.envrc", "it holds secrets"),
        (
            r"id_(rsa|dsa|ecdsa|ed25519).*|.*\.(pem|key|p12|pfx|jks|keystore|kdbx)",
            "it holds secrets",
        ),
        (r"\.netrc|_netrc|\.pgpass|\.git-credentials|credentials(\.json)?", "it holds secrets"),
        (r"\.npmrc|\.yarnrc(\.yml)?|\.pypirc|pip\.conf|\.gemrc|\.condarc", "it sets up a registry"),
        (r".*\.code-workspace|\.editorconfig|\.exrc|\.n?vimrc|\.nvim\.lua", "it sets up an editor"),
        (
            r"\.(gdb|lldb)init|\.(bash|zsh)rc|\.(bash_|z)?profile|\.zshenv",
            "a program runs it at its start",
        ),
        (r"\.gitmodules|\.gitattributes|\.gitconfig", "git acts on it"),
        (
            (
                r"\.gitlab-ci\.ya?ml|\.travis\.ya?ml|jenkinsfile.*|azure-pipelines.*\.ya?ml"
                r"|bitbucket-pipelines\.ya?ml|\.drone\.ya?ml|appveyor\.ya?ml|cloudbuild.*\.ya?ml"
            ),
            "it sets up CI",
        ),
        (r"\.pre-commit-(config|hooks)\.ya?ml|lefthook\.ya?ml", "it holds hooks that git runs"),
        (r"package\.json|deno\.jsonc?|composer\.json", "its scripts run on your machine"),
        (
            (
                r"(gnu)?makefile|justfile|rakefile|gulpfile\..*|gruntfile\..*|setup\.py|build\.rs"
                r"|noxfile\.py|tox\.ini|dockerfile.*|(docker-)?compose.*\.ya?ml|vagrantfile"
                r"|(build|settings)\.gradle(\.kts)?|gradlew(\.bat)?|mvnw(\.cmd)?|cmakelists\.txt"
                r"|meson\.build|binding\.gyp|\.bazelrc|\.pnpmfile\.c?js|\.pnp\.c?js|flake\.nix"
                r"|\.?mise\.toml"
            ),
            "it runs on your machine when the project is built",
        ),
        (r"conftest\.py|sitecustomize\.py|usercustomize\.py|.*\.pth", "Python runs it unasked"),
        (
            (
                r"(agents|claude)(\..*)?\.md|gemini\.md|copilot-instructions\.md|\.cursorrules"
                r"|\.clinerules|\.windsurfrules|\.mcp\.json|mcp\.json"
            ),
            "it directs agents",
        ),
        (r"\.octopromptignore", "it says what OctoPrompt may read"),
    )
)


def protection(path: str) -> str | None:
    """Say why changing a workspace-relative path needs a yes of its own; None when it does not."""
    *folders, name = [_plain(part) for part in path.replace("\\", "/").split("/")]
    for folder in folders:
        if (reason := _FOLDERS.get(folder)) is not None:
            return reason
    if (reason := _FOLDERS.get(name)) is not None:
        return reason
    return next((reason for pattern, reason in _NAMES if pattern.fullmatch(name)), None)


def is_version_control(path: str) -> bool:
    """Tell whether a path is inside what git and its kin keep; that is never written."""
    return any(_plain(part) in VERSION_CONTROL for part in path.replace("\\", "/").split("/"))


def _plain(part: str) -> str:
    """Give a name as a file system that folds case and trims names takes it."""
    folded = unicodedata.normalize("NFKC", part).casefold()
    visible = "".join(mark for mark in folded if unicodedata.category(mark) not in ("Cf", "Cc"))
    return visible.partition(":")[0].rstrip(". ").lstrip(" ")
