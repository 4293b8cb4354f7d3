"""What agents' models are shown: no secret, and nothing that ignore rules leave out."""

import json
import os
import random
import shutil
import string
import subprocess

import pytest

from octoprompt.agents.tools import Toolbox
from octoprompt.llm.gateway import Gateway
from octoprompt.settings import WorkspaceOptions
from octoprompt.workspace.workspace import Workspace
from support.chatting import chatting
from support.indexing import opened, write
from support.injections import Obedient
from support.server import make_repository

SEED = int(os.environ.get("OCTOPROMPT_SEED", "1"))
CASES = int(os.environ.get("OCTOPROMPT_IGNORED", "1000"))
LETTERS = string.ascii_letters + string.digits
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\n{}\n-----END OPENSSH PRIVATE KEY-----\n"
SECRET_FILES = (
    *(".env", ".env.local", "prod.env", ".envrc", "id_rsa", "deploy/id_ed25519", "server.pem"),
    *("tls/server.key", "app.p12", "release.keystore", ".npmrc", ".pypirc", ".netrc", ".pgpass"),
    *(".git-credentials", ".aws/credentials", ".kube/config", ".docker/config.json", ".ssh/config"),
    *("vault.kdbx", "credentials.json", ".gnupg/key.txt", ".azure/token.json", "store.jks"),
)
IN_CODE = (
    'KEY = "sk-ant-api03-{40}"', 'KEY = "sk-proj-{40}"', 'k = "sk-or-v1-{40}"', "// gsk_{40}",
    'g = "AIza{35}"', 'o = "GOCSPX-{28}"', 'x = "xai-{48}"', "t: tgp_v1_{40}", "p = pplx-{44}",
    "token: ghp_{36}", "token: github_pat_{60}", "ci: glpat-{24}", "slack = xoxb-{30}",
    "https://hooks.slack.com/services/{40}", 'stripe = "sk_live_{24}"', "//r/:_authToken={36}",
    "upload = pypi-AgE{50}", "mail = SG.{20}.{40}", "bot = 123456789:AA{33}", "vault = hvs.{30}",
    "AccountKey={60}==", "jwt = eyJ{20}.eyJ{30}.{30}", "postgres://shop:{20}@db.local/shop",
    "redis://:u@{1}/ mongodb+srv://shop:{20}@c.local/", 'password = "{18}"', 'DB_PASSWORD: "{18}"',
    'client_secret = "{32}"', '"api_key": "{32}"', "export SECRET_TOKEN={32}",
    "signing_key = '{32}'",
    KEY.format("{64}\n{64}"), 'const apiKey = "{32}";', 'String password = "{20}";',
    "  access_token: {40}", 'headers["X-Auth-Token"] = "{40}"', "amqp://mq:{20}@mq.local",
)  # fmt: skip


def planted(chance):
    """Give files with secrets, and what must not be seen of them."""
    files, secrets = {}, []

    def value(length):
        made = ""
        while sum(mark.isdigit() for mark in made) < min(3, length):
            # As those who make keys and passwords have it: some digits are in each.
            made = "".join(chance.choice(LETTERS) for _ in range(length))
        if length > 1:
            secrets.append(made)
        return made

    for name in SECRET_FILES:
        files[name] = f"machine shop\nvalue = {value(30)}\n"
    for number, form in enumerate(IN_CODE):
        text = form
        while (
            "{" in text
            and (end := text.find("}")) > 0
            and text[text.rfind("{", 0, end) + 1 : end].isdigit()
        ):
            start = text.rfind("{", 0, end)
            text = text[:start] + value(int(text[start + 1 : end])) + text[end + 1 :]
        files[f"src/module{number}.py"] = f"def use_{number}():\n    return 1\n\n\n{text}\n"
    return files, secrets


async def test_no_secret_is_in_what_a_model_is_shown(tmp_path):
    """Sixty of them, in files that hold nothing else and in code; a model that asks for each."""
    files, secrets = planted(random.Random(SEED))  # noqa: S311  # no secrets of anybody
    assert len(files) >= 60
    root = make_repository(tmp_path / "shop", files)
    write(
        root,
        {
            "src/module0.py": files["src/module0.py"] + "\nchanged = 1\n",
            ".env": f"N={'Zq9' * 12}\n",
        },
    )
    async with chatting(tmp_path, root) as window:
        project = window.app.project(None)
        toolbox = Toolbox(project.workspace, project.index)
        toolbox._left = 10**9  # noqa: SLF001 - as many as it takes
        shown = []
        for path in files:
            shown += [
                await toolbox.use(t, json.dumps({"path": path})) for t in ("read_file", "outline")
            ]
        for secret in secrets:
            shown.append(await toolbox.use("search", json.dumps({"query": secret[3:12]})))
        for query in ("=", "KEY", "value", "token", "[A-Za-z0-9]{20,}"):
            shown.append(await toolbox.use("search", json.dumps({"query": query, "kind": "regex"})))
            shown.append(await toolbox.use("references", json.dumps({"name": query})))
        model = Obedient()
        window.app.gateway = Gateway(model)
        for kind in ("ask", "code", "plan", "summarize", "suggestFiles"):
            params = {"request": "Show me all keys", "paths": ["src", *SECRET_FILES]}
            await window("agents/run", kind=kind, **params, budget={"steps": 200})
        for kind in ("review", "commitMessage"):
            await window("agents/run", kind=kind)
    everything = "\n".join([*shown, *model.shown])
    assert "use_3" in everything
    assert [s for s in secrets if s in everything or s[4:-4] in everything] == []
    assert "Zq9Zq9" not in everything


NAMES = ("a", "b", "build", "data", "x1", "Über", "log")
ENDS = (".py", ".txt", ".log", ".min.js", "")
PATTERNS = (
    "*.log", "build/", "/a", "b/**", "!b/a.txt", "**/data", "x1.*", "a/*.py", "!a/b.py",
    "data/**/x1*", "[ab].txt", "\\!odd", "*.min.js", "/log/", "Über*", "a?", "**/build/*.py",
    "!*.log", "x1", "b/a",
)  # fmt: skip


def random_tree(root, chance, count):
    """Write files with their own names in them, and ignore files at random; give the files."""
    files = {}
    while len(files) < count:
        folders = [chance.choice(NAMES) for _ in range(chance.randrange(4))]
        folders = [f"{one}_d" if chance.random() < 0.3 else one for one in folders]
        last = f"{chance.choice(NAMES)}{chance.randrange(9)}{chance.choice(ENDS)}"
        name = "/".join([*folders, last])
        is_free = name not in files and not any(
            other.startswith(f"{name}/") or name.startswith(f"{other}/") for other in files
        )
        if is_free:
            files[name] = f"def marker_{len(files)}():\n    return 1\n"
    folders = {"", *(name.rpartition("/")[0] for name in files)}
    ignores = {}
    for folder in sorted(folders):
        if folder == "" or chance.random() < 0.3:
            lines = chance.sample(PATTERNS, chance.randrange(1, 6))
            ignores[f"{folder}/.gitignore".lstrip("/")] = "\n".join(lines) + "\n"
    own = {".octopromptignore": "\n".join(chance.sample(PATTERNS[:16], 2)) + "\n"}
    write(root, {**files, **ignores, **own})
    return files


def ignored_by_git(root, files, tmp_path):
    """Ask git which files its rules and ours leave out."""
    found = set()
    ours = tmp_path / "ours"
    lines = (root / ".octopromptignore").read_text().splitlines()
    for with_git in (True, False):
        place = root if with_git else ours
        if not with_git:
            # Our rules alone, as git reads them.
            shutil.copytree(root, ours, ignore=shutil.ignore_patterns(".git", ".gitignore"))
            (ours / ".gitignore").write_text("\n".join(lines) + "\n")
        if not (place / ".git").exists():
            subprocess.run(["git", "init", "-q"], cwd=place, check=True)
        asked = subprocess.run(
            ["git", "-c", "core.quotePath=false", "check-ignore", "--no-index", "-z", "--stdin"],
            cwd=place, input="\0".join(files).encode(), capture_output=True, check=False,
        )  # fmt: skip
        found |= {name.decode() for name in asked.stdout.split(b"\0") if name}
    return found


@pytest.mark.parametrize("is_repository", [True, False])
async def test_every_tool_keeps_to_the_ignore_rules(tmp_path, is_repository):
    """Hundreds of paths under random rules: shown exactly where git would not ignore them."""
    chance = random.Random(SEED + is_repository)  # noqa: S311
    n_left = CASES // 2
    turn = 0
    while n_left > 0:
        turn += 1
        place = tmp_path / str(turn)
        root = place / "root"
        root.mkdir(parents=True)
        files = random_tree(root, chance, min(n_left, 250))
        n_left -= len(files)
        ignored = ignored_by_git(root, files, place)
        if not is_repository:
            shutil.rmtree(root / ".git")
        assert 0 < len(ignored) < len(files)
        async with opened(root, place / "cache") as index:
            toolbox = Toolbox(Workspace(root, WorkspaceOptions()), index)
            toolbox._left = 10**9  # noqa: SLF001 - as many as it takes
            await _check(toolbox, files, ignored)


async def _check(toolbox, files, ignored):
    for number, path in enumerate(files):
        is_hidden = path in ignored
        read = await toolbox.use("read_file", json.dumps({"path": path}))
        assert ("marker_" not in read) == is_hidden, path
        for tool, given in (
            ("search", {"query": f"marker_{number}("}),
            ("search", {"query": f"marker_{number}\\(", "kind": "regex"}),
            ("find_symbols", {"query": f"marker_{number}"}),
            ("references", {"name": f"marker_{number}"}),
            ("outline", {"path": path}),
            ("list_files", {"path": path.rpartition("/")[0]}),
        ):
            found = await toolbox.use(tool, json.dumps(given))
            if is_hidden:
                assert path not in found.split("\n"), (tool, path)
                assert f"{path}:" not in found, (tool, path)
                assert f"marker_{number}(" not in found, (tool, path)
