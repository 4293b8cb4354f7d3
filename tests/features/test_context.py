"""Suggest, build and estimate, through the endpoint, over a real repository on disk."""

import json
import os
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from octoprompt.app import App
from octoprompt.context import changes
from octoprompt.features.registry import HANDLERS, Ctx, load
from octoprompt.lsp.endpoint import Endpoint, RpcError
from octoprompt.settings import Settings, WorkspaceOptions
from support.context_text import read_files, tokens

pytestmark = pytest.mark.asyncio(loop_scope="module")
load()
KEY = "sk-ant-api03-Q7xV2mNp9RtY4wZs8LkJ3hGf6DdA1cBe5"
FILES = {
    "shop/cart.py": '''"""The cart."""


class Cart:
    """What a customer wants to buy."""

    def __init__(self):
        self.lines = []

    def add(self, product, count=1):
        """Put a product in."""
        self.lines.append((product, count))
        return self

    def total(self):
        """Give the sum of all prices."""
        amount = 0
        for product, count in self.lines:
            amount += product.price * count
        return amount
''',
    "shop/product.py": "class Product:\n    def __init__(self, price):\n        self.price = 1\n",
    "shop/discount.py": "def discount(cart, percent):\n    return cart.total() * percent / 100\n",
    "shop/notes.md": "# Notes\n\n```python\nprint('x')\n```\n",
    "shop/settings.py": f'DEBUG = True\nKEY = "{KEY}"\n',
    "web/crlf.ts": "export const a = 1\r\nexport const b = 2\r\n",
    "AGENTS.md": "Use tabs.\u202e\n",
    "web/AGENTS.md": "Only TypeScript here.\n",
    ".env": "A=1\n",
    ".gitignore": "build/\n",
    "build/out.py": "OUT = 1\n",
}


class Server:
    """The handlers of one open folder."""

    def __init__(self, app: App, root: Path) -> None:
        self.app = app
        self.root = root
        ctx = Ctx(app=app, notify=lambda *_: None)
        self.endpoint = Endpoint(lambda request, params: HANDLERS[request.method](ctx, params))

    async def __call__(self, verb: str, **params):
        """Give the result of a request of the area."""
        return await self.request(f"context/{verb}", **params)

    async def request(self, method: str, **params):
        """Give the result of any request."""
        return json.loads(await self.endpoint.answer(method, params))

    async def error(self, verb: str, **params) -> RpcError:
        """Give the error of a request."""
        with pytest.raises(RpcError) as caught:
            await self(verb, **params)
        return caught.value

    async def index(self) -> None:
        """Wait for the index."""
        for project in self.app.open_projects.values():
            await project.index.refresh()


def git(root: Path, *args: str) -> None:
    """Run git for a test repository."""
    who = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *args], cwd=root, check=True, capture_output=True)


def write(root: Path, files: dict[str, str]) -> None:
    """Write files as they are."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())


async def start(tmp_path: Path, roots: list[Path], **options) -> App:
    """Open folders."""
    app = App(Settings(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache"))
    await app.start(roots, WorkspaceOptions(workers=1, **options))
    return app


@asynccontextmanager
async def opened(tmp_path: Path):
    """Give a server over a committed repository, its index up to date."""
    root = tmp_path / "repo"
    write(root, FILES)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "a shop with a cart")
    app = await start(tmp_path, [root])
    server = Server(app, root)
    await server.index()
    yield server
    await app.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tmp_path_factory):
    """A server whose files no test may change."""
    async with opened(tmp_path_factory.mktemp("shared")) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="module")
async def own(tmp_path):
    """A server of this test's own."""
    async with opened(tmp_path) as server:
        yield server


def items(*paths: str, **fields) -> list[dict]:
    """Give items of the wire."""
    return [{"path": path, **fields} for path in paths]


def reasons(result) -> dict[str, str]:
    """Give the reason for each omitted path."""
    return {omitted["path"]: omitted["reason"] for omitted in result["omitted"]}


async def test_suggest_names_files_that_exist(server):
    """The file that defines what the task names comes first, with a reason."""
    result = await server("suggest", query="the cart total ignores the discount", limit=3)
    paths = [file["path"] for file in result["files"]]
    assert set(paths[:2]) == {"shop/cart.py", "shop/discount.py"}
    assert result["files"][0]["reasons"]
    assert result["elapsedMs"] >= 0


async def test_build_in_every_format(server):
    """Whole files come back exactly, tokens are those of the text, everything is accounted for."""
    for form in ("markdown", "xml", "plain"):
        result = await server(
            "build",
            items=items("shop/notes.md", "web/crlf.ts", "shop/cart.py"),
            instructions="Explain.",
            budgetTokens=4000,
            format=form,
        )
        assert read_files(result["text"], form) == {
            path: FILES[path] for path in ("shop/cart.py", "shop/notes.md", "web/crlf.ts")
        }
        assert result["tokens"] == tokens([result["text"]])[0] <= 4000
        assert sum(s["tokens"] for s in result["sections"]) == result["tokens"]
        assert [i["path"] for i in result["items"]] == [
            "shop/cart.py",
            "shop/notes.md",
            "web/crlf.ts",
        ]
        assert all(i["mode"] == "full" and i["why"] == "chosen" for i in result["items"])
        assert result["text"].rstrip("\n").split("\n")[-1 if form != "xml" else -2] == "Explain."


async def test_the_same_request_gives_the_same_bytes(server):
    """Text and fingerprint repeat, in whatever order the items come."""
    first = await server(
        "build", items=items("shop/cart.py", "shop/product.py"), suggest=3, instructions="total"
    )
    again = await server(
        "build", items=items("shop/cart.py", "shop/product.py"), suggest=3, instructions="total"
    )
    assert first == again
    turned = await server(
        "build", items=items("shop/product.py", "shop/cart.py"), suggest=3, instructions="total"
    )
    assert turned["fingerprint"] == first["fingerprint"]


async def test_modes(server):
    """Outline, symbol and range show what they say; a summary falls back to the outline."""
    wanted = [
        *items("shop/cart.py", mode="symbol", symbol="Cart.total"),
        *items("shop/product.py", mode="range", range={"start": 2, "end": 2}),
        *items("shop/discount.py", mode="outline"),
        *items("shop/settings.py", mode="summary"),
    ]
    result = await server("build", items=wanted, instructions="x")
    shown = {item["path"]: (item["mode"], item["why"]) for item in result["items"]}
    assert shown["shop/cart.py"] == ("symbol", "chosen: Cart.total")
    assert shown["shop/product.py"][0] == "range"
    assert shown["shop/discount.py"][0] == "outline"
    assert shown["shop/settings.py"][0] == "outline"
    assert "no summary exists yet" in shown["shop/settings.py"][1]
    assert "amount += product.price" in result["text"]
    assert "self.lines.append" not in result["text"]
    assert "cart.total() * percent" not in result["text"]


async def test_several_parts_of_one_file_stand_together(server):
    """Two symbols and a range of one file make one item."""
    wanted = [
        *items("shop/cart.py", mode="symbol", symbol="add"),
        *items("./shop/cart.py", mode="symbol", symbol="nothing_like_it"),
        *items("shop/cart.py", mode="range", range={"start": 1, "end": 1}),
    ]
    result = await server("build", items=wanted, instructions="x")
    assert [(i["path"], i["mode"]) for i in result["items"]] == [("shop/cart.py", "range")]
    assert '"""The cart."""' in result["text"]
    assert "self.lines.append" in result["text"]
    assert reasons(result) == {"shop/cart.py": "the file has no symbol `nothing_like_it`"}


async def test_suggestions_fill_the_rest(server):
    """Files for the task are added, with their reasons, beside what is chosen."""
    result = await server(
        "build", items=items("shop/product.py"), instructions="cart total with discount", suggest=2
    )
    why = {item["path"]: item["why"] for item in result["items"]}
    assert why["shop/product.py"] == "chosen"
    assert why["shop/cart.py"].startswith("suggested: ")
    assert len(why) == 3


async def test_under_pressure(server):
    """A chosen file becomes an outline, then goes, and both are said."""
    full = await server("build", items=items("shop/cart.py"), instructions="x")
    tight = await server(
        "build", items=items("shop/cart.py"), instructions="x", budgetTokens=full["tokens"] - 1
    )
    assert [(i["mode"], i["why"]) for i in tight["items"]] == [
        ("outline", "chosen; outline: did not fit whole")
    ]
    out = await server("build", items=items("shop/cart.py"), instructions="x", budgetTokens=20)
    assert out["items"] == []
    assert reasons(out)["shop/cart.py"].startswith("did not fit")


def modes(result) -> dict[str, str]:
    """Give the mode used for each file in the text."""
    return {item["path"]: item["mode"] for item in result["items"]}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def alike(tmp_path_factory):
    """A server over three files of one size, of which a budget holds one whole."""
    folder = tmp_path_factory.mktemp("alike")
    body = "".join(f"    step_{n} = start * {n} + {n}\n" for n in range(60))
    files = {
        f"shop/{name}.py": f"def {name}_price(start):\n{body}    return start\n"
        for name in ("banana", "cherry", "damson")
    }
    files["shop/short.py"] = "def short(start):\n    a = start + 1\n    return a\n"
    root = folder / "repo"
    write(root, files)
    app = await start(folder, [root])
    server = Server(app, root)
    await server.index()
    yield server
    await app.close()


BIG = ("shop/banana.py", "shop/cherry.py", "shop/damson.py")


async def test_the_file_that_the_task_is_about_is_the_one_shown_whole(alike):
    """Whichever was chosen first: the text is the same, byte for byte."""
    for paths in (BIG, BIG[::-1], (BIG[1], BIG[2], BIG[0])):
        built = [
            await alike(
                "build", items=items(*order), instructions=f"mend {name}_price", budgetTokens=1_300
            )
            for name in ("cherry", "damson")
            for order in (paths, BIG)
        ]
        assert modes(built[0]) == {BIG[0]: "outline", BIG[1]: "full", BIG[2]: "outline"}
        assert modes(built[2]) == {BIG[0]: "outline", BIG[1]: "outline", BIG[2]: "full"}
        assert built[0] == built[1]
        assert built[2] == built[3]


async def test_without_a_task_as_many_files_as_possible_stay_whole(alike):
    """The small ones first, then by path."""
    result = await alike("build", items=items(*BIG[::-1], "shop/short.py"), budgetTokens=1_300)
    assert [path for path, mode in modes(result).items() if mode == "full"] == [
        BIG[0],
        "shop/short.py",
    ]


async def test_a_file_that_must_be_whole_comes_before_what_the_task_names(alike):
    """Mode `full` is a claim, `auto` leaves it to the budget."""
    chosen = [*items(*BIG[:2]), *items(BIG[2], mode="full")]
    result = await alike("build", items=chosen, instructions="banana_price", budgetTokens=1_300)
    assert modes(result) == {BIG[0]: "outline", BIG[1]: "outline", BIG[2]: "full"}


async def test_an_estimate_plans_what_a_build_sends(alike):
    """Also under pressure, and with suggestions, which are marked."""
    request = {
        "items": items(*BIG[1:]),
        "instructions": "mend damson_price and banana_price",
        "suggest": 1,
        "budgetTokens": 1_300,
    }
    estimate = await alike("estimate", **request)
    built = await alike("build", **request)
    assert estimate["planned"] == {
        key: built[key] for key in ("tokens", "items", "omitted", "redactions")
    }
    assert estimate["tokens"] > built["tokens"]
    assert {i["path"]: i["suggested"] for i in built["items"]} == dict.fromkeys(BIG[1:], False) | {
        BIG[0]: True
    }
    assert estimate["problem"] is None


async def test_an_estimate_says_when_nothing_can_be_built(alike):
    """The costs are still told."""
    estimate = await alike(
        "estimate", items=items(BIG[0]), instructions="many words " * 50, budgetTokens=10
    )
    assert estimate["planned"] is None
    assert "more than the budget of 10" in estimate["problem"]
    assert estimate["items"][0]["tokens"] > 100


async def test_a_budget_below_the_instructions(server):
    """The error has its own code, and says how much is missing."""
    problem = await server.error("build", instructions="many words " * 50, budgetTokens=10)
    assert problem.code == 301
    assert "more than the budget of 10" in problem.message
    assert problem.data["needed"] > 100


async def test_unsaved_text_wins(own):
    """What the editor shows is sent, and its own outline."""
    workspace = own.app.project(None).workspace
    workspace.overlay.set(
        "shop/cart.py", "class Basket:\n    def sum(self):\n        return 42\n", 2
    )
    own.app.project(None).index.overlay_changed("shop/cart.py")
    full = await own("build", items=items("shop/cart.py"), instructions="x")
    assert "class Basket" in full["text"]
    part = await own(
        "build", items=items("shop/cart.py", mode="symbol", symbol="Basket.sum"), instructions="x"
    )
    assert "return 42" in part["text"]
    assert part["omitted"] == []


async def test_a_file_that_is_only_in_an_editor_is_suggested(own):
    """With its passage as the editor shows it, and its text in the context, until it is closed."""
    project, path = own.app.project(None), "shop/voucher.py"
    project.workspace.overlay.set(path, "\n" * 9 + "def redeem_voucher(cart):\n    return 7\n", 1)
    project.index.overlay_changed(path)
    asked = {"query": "a voucher cannot be redeemed"}
    first = (await own("suggest", **asked))["files"][0]
    assert first["path"] == path
    assert first["passages"] == [{"symbol": "redeem_voucher", "line": 10, "endLine": 11}]
    built = await own("build", instructions=asked["query"], suggest=3)
    assert "def redeem_voucher(cart):\n    return 7\n" in built["text"]
    assert path in [item["path"] for item in built["items"] if item["suggested"]]
    project.workspace.overlay.drop(path)
    project.index.overlay_changed(path)
    assert path not in [f["path"] for f in (await own("suggest", **asked))["files"]]


async def test_what_was_changed_in_a_selected_file_says_what_goes_with_it(own):
    """Saved or not, since the last commit; a file as it was committed says nothing of the kind."""

    async def reasons_of(path: str) -> list[str]:
        asked = {"query": "tidy up", "selectedPaths": ["shop/product.py"]}
        files = (await own("suggest", **asked))["files"]
        return next((file["reasons"] for file in files if file["path"] == path), [])

    told = "has `grand_total`, which you changed"
    write(own.root, {"shop/sales.py": "def report(cart):\n    return cart.grand_total * 2\n"})
    await own.index()
    assert told not in await reasons_of("shop/sales.py")
    changed = FILES["shop/product.py"] + "        self.grand_total = price\n"
    project = own.app.project(None)
    project.workspace.overlay.set("shop/product.py", changed, 1)
    project.index.overlay_changed("shop/product.py")
    assert told in await reasons_of("shop/sales.py")
    project.workspace.overlay.drop("shop/product.py")
    project.index.overlay_changed("shop/product.py")
    assert told not in await reasons_of("shop/sales.py")
    write(own.root, {"shop/product.py": changed})
    await own.index()
    assert told in await reasons_of("shop/sales.py")
    git(own.root, "commit", "-q", "-am", "a total")
    assert told not in await reasons_of("shop/sales.py")


async def test_lines_inside_a_masked_key_are_reported(own):
    """They are empty, which the report says, though the key begins above them."""
    lines = ["-----BEGIN PRIVATE KEY-----", *["A7b" * 20] * 4, "-----END PRIVATE KEY-----"]
    write(own.root, {"shop/pem.py": "\n".join(["before = 1", *lines, "after = 1", ""])})
    await own.index()

    async def part(start, end):
        chosen = items("shop/pem.py", mode="range", range={"start": start, "end": end})
        return await own("build", items=chosen, instructions="x")

    inside, beside = await part(4, 5), await part(8, 8)
    assert "A7b" not in inside["text"]
    assert inside["redactions"] == [{"path": "shop/pem.py", "line": 2, "kind": "private key"}]
    assert "after = 1" in beside["text"]
    assert beside["redactions"] == []


async def test_secrets_are_masked_and_reported(server):
    """The key is not in the text; the report says where it was."""
    result = await server("build", items=items("shop/settings.py"), instructions=f"use {KEY}")
    assert KEY not in json.dumps(result)
    assert result["redactions"] == [
        {"path": "instructions", "line": 1, "kind": "anthropic key"},
        {"path": "shop/settings.py", "line": 2, "kind": "anthropic key"},
    ]
    assert "[redacted: anthropic key]" in result["text"]


async def test_a_chosen_file_that_does_not_fit_shows_what_the_task_names(own):
    """Its outline holds in full the definitions that the task is about, and says which."""
    body = "".join(f"    b = a + {n}\n" for n in range(20))
    lines = [f"def other_{n}(a):\n{body}    return b * {n}\n\n" for n in range(40)]
    wanted = "def total_price(cart):\n    secret_sauce = 1\n    return secret_sauce * cart\n"
    (own.root / "shop" / "long.py").write_text("".join(lines) + wanted)
    result = await own(
        "build",
        items=items("shop/long.py"),
        instructions="the total price of a cart is wrong",
        budgetTokens=1_500,
    )
    (item,) = result["items"]
    assert item["mode"] == "outline"
    assert "`total_price`" in item["why"]
    assert "return secret_sauce * cart" in result["text"]
    assert "return b * 7\n" not in result["text"]
    assert result["tokens"] <= 1_500


async def test_ignored_and_secret_files_need_a_yes(server):
    """Refused with a reason that says so, sent when confirmed."""
    paths = (".env", "build/out.py")
    result = await server("build", items=items(*paths), instructions="x")
    assert all(reasons(result)[path].startswith("needs confirmation: ") for path in paths)
    confirmed = await server("build", items=items(*paths, confirmed=True), instructions="x")
    assert {item["path"] for item in confirmed["items"]} == set(paths)


async def test_no_yes_is_asked_for_that_would_not_help(own):
    """An ignored file that is too large, or no text, says that and is not asked about."""
    (own.root / "build").mkdir(exist_ok=True)
    (own.root / "build" / "huge.log").write_text("x\n" * 1_200_000)
    (own.root / "build" / "app.bin").write_bytes(b"\0\1" * 50)
    (own.root / "secrets.json").symlink_to("/etc/hostname")
    paths = ("build/huge.log", "build/app.bin", "secrets.json", "build/out.py")
    result = await own("build", items=items(*paths), instructions="x")
    told = reasons(result)
    assert "more than the limit of 2 MB" in told["build/huge.log"]
    assert "is binary" in told["build/app.bin"]
    assert "leads outside" in told["secrets.json"]
    assert told["build/out.py"].startswith("needs confirmation: ")


async def test_what_our_own_ignore_file_excludes_needs_a_yes(own):
    """`.octopromptignore` counts as much as git's rules do."""
    (own.root / ".octopromptignore").write_text("private/\n")
    (own.root / "private").mkdir()
    (own.root / "private" / "notes.py").write_text("n = 1\n")
    result = await own("build", items=items("private/notes.py"), instructions="x")
    assert reasons(result)["private/notes.py"].startswith("needs confirmation: ")


async def test_a_link_counts_as_what_it_leads_to(own):
    """An innocent name that is a link to a secret or ignored file needs the same yes."""
    links = {"settings.txt": ".env", "shop/copy.py": "../build/out.py"}
    for link, target in links.items():
        (own.root / link).symlink_to(target)
    (own.root / "plain.txt").symlink_to("shop/cart.py")
    result = await own("build", items=items(*links, "plain.txt"), instructions="x")
    assert all(reasons(result)[path].startswith("needs confirmation: ") for path in links)
    assert [item["path"] for item in result["items"]] == ["plain.txt"]


async def test_no_link_brings_a_secret_file_in_unasked(own):
    """A rules file or a suggestion that is a link to a secret or ignored file is left out."""
    (own.root / "CLAUDE.md").symlink_to(".env")
    (own.root / "shop/giraffe.py").symlink_to("../build/out.py")
    await own.index()
    result = await own(
        "build", instructions="the giraffe cart", suggest=20, include={"rules": True}
    )
    assert "A=1" not in result["text"]
    assert "OUT = 1" not in result["text"]
    assert "Use tabs." in result["text"]
    assert "shop/cart.py" in {item["path"] for item in result["items"]}


async def test_sections(own):
    """Rules by scope, the tree, the diff and the editor's problems, each in its section."""
    write(own.root, {"shop/discount.py": "def discount(cart):\n    return 1\n", ".env": "B=2\n"})
    result = await own(
        "build",
        items=items("web/crlf.ts"),
        instructions="x",
        include={"tree": True, "gitDiff": "working", "diagnostics": True, "rules": True},
        diagnostics=[{"path": "shop/cart.py", "line": 3, "severity": "error", "message": "bad"}],
    )
    names = [section["name"] for section in result["sections"]]
    assert names == ["rules", "tree", "files", "diff", "diagnostics", "instructions"]
    assert "Use tabs.[hidden U+202E]" in result["text"]
    assert "Only TypeScript here." in result["text"]
    assert "  cart.py\n" in result["text"]
    assert "-    return cart.total() * percent / 100\n" in result["text"]
    assert "B=2" not in result["text"]
    assert "secrets" in reasons(result)[".env"]
    assert "shop/cart.py:3: error: bad" in result["text"]
    assert {"path": "AGENTS.md", "line": 1, "kind": "hidden character"} in result["redactions"]


async def test_the_diff_of_a_tracked_file_that_a_rule_excludes_is_not_sent(own):
    """Our own ignore file hides what git tracks; a diff brings it in no more than a suggestion."""
    write(own.root, {".octopromptignore": "product.py\n", "shop/product.py": "SECRET_PLAN = 1\n"})
    write(own.root, {"shop/discount.py": "def discount(cart):\n    return 1\n"})
    await own.index()
    result = await own("build", instructions="x", include={"gitDiff": "working"})
    assert "+    return 1" in result["text"]
    assert "SECRET_PLAN" not in result["text"]
    assert "ignore rules exclude it" in reasons(result)["shop/product.py"]


@pytest.mark.parametrize("kind", ["working", "branch", "staged"])
async def test_new_files_are_in_the_diff(own, kind):
    """Git does not know them yet; what is secret, ignored or no text stays out, with a reason."""
    new = {
        "shop/new.py": 'key = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"\ndiff --git a/x b/y\nlast = 1',
        "shop/empty.py": "",
        ".env.local": "TOKEN=abcdefgh12345678\n",
        ".octopromptignore": "hidden.py\n",
        "hidden.py": "SECRET_PLAN = 1\n",
    }
    write(own.root, new)
    (own.root / "picture.bin").write_bytes(b"\0\1\2" * 100)
    await own.index()
    result = await own("build", instructions="x", include={"gitDiff": kind})
    text = result["text"]
    assert ("+++ b/shop/new.py" in text) == (kind != "staged")
    if kind == "staged":
        return
    assert "@@ -0,0 +1,3 @@" in text
    assert "+last = 1\n\\ No newline at end of file\n" in text
    assert "+diff --git a/x b/y" in text
    assert "diff --git a/shop/empty.py b/shop/empty.py\nnew file" in text
    for gone in ("sk_live_4eC39HqLyjWDarjtT1zdp7dc", "abcdefgh12345678", "SECRET_PLAN", "nothing"):
        assert gone not in text
    assert "secrets" in reasons(result)[".env.local"]
    assert "ignore rules" in reasons(result)["hidden.py"]
    assert "its diff is not sent" in reasons(result)["picture.bin"]
    assert "" not in reasons(result)


async def test_too_many_new_files_are_counted(own):
    """The first ones are shown; how many are not is said."""
    write(own.root, {f"new{n:03}.txt": f"{n}\n" for n in range(changes.MAX_UNTRACKED + 5)})
    await own.index()
    result = await own("build", instructions="x", include={"gitDiff": "working"})
    assert "+++ b/new000.txt" in result["text"]
    assert "git diff: 5 more new files are left out, they are too many" in reasons(result)[""]


async def test_bad_items_end_as_reasons_and_nothing_else_is_lost(own):
    """Each kind of bad path has its reason; the good file beside them is sent."""
    root = own.root
    (root / "binary.py").write_bytes(b"\0\1\2" * 100)
    (root / "latin.py").write_bytes("# caf\xe9\nx = 1\n".encode("latin-1"))
    (root / "folder.py").mkdir()
    (root / "empty.py").touch()
    with (root / "huge.py").open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    bad = {
        "nope.py": "no file",
        "../outside.py": "outside",
        "/etc/passwd": "",
        "folder.py": "",
        "binary.py": "binary",
        "huge.py": "",
        ".git/config": "",
        "": "",
        "a\0b": "",
    }
    if sys.platform != "win32":
        os.mkfifo(root / "pipe.py")
        (root / "loop").symlink_to(".")
        (root / "away.py").symlink_to("/etc/hostname")
        bad |= {"pipe.py": "", "away.py": "", "loop/loop/loop/nope.py": ""}
    good = ("shop/product.py", "latin.py", "empty.py")
    result = await own("build", items=items(*bad, *good), instructions="x")
    assert {item["path"] for item in result["items"]} == set(good)
    said = reasons(result)
    assert set(said) == set(bad)
    for path, word in bad.items():
        assert said[path], path
        assert word in said[path]
    estimate = await own("estimate", items=items(*bad, *good), instructions="x")
    assert [i["path"] for i in estimate["items"]] == [*bad, *good]
    assert [bool(i.get("problem")) for i in estimate["items"]] == [True] * len(bad) + [False] * 3


async def test_parts_that_make_no_sense(server):
    """A missing or wrong range or symbol is a reason."""
    wanted = [
        *items("shop/cart.py", mode="range"),
        *items("shop/product.py", mode="symbol"),
        *items("shop/discount.py", mode="range", range={"start": 9, "end": 3}),
        *items("shop/notes.md", mode="range", range={"start": 90, "end": 95}),
        *items("shop/settings.py", mode="symbol", symbol="Nope"),
    ]
    result = await server("build", items=wanted, instructions="x")
    said = reasons(result)
    assert said["shop/cart.py"] == "mode `range` needs a `range`"
    assert said["shop/product.py"] == "mode `symbol` needs a `symbol`"
    assert said["shop/discount.py"] == "the range 9-3 is empty"
    assert "past its end: it has 5 lines" in said["shop/notes.md"]
    assert said["shop/settings.py"].startswith("the file has no symbol `Nope`")


async def test_a_deleted_file(own):
    """A file that goes away after it was listed is a reason, not an error."""
    (own.root / "shop/product.py").unlink()
    result = await own("build", items=items("shop/product.py", "shop/cart.py"), instructions="x")
    assert [item["path"] for item in result["items"]] == ["shop/cart.py"]
    assert "shop/product.py" in reasons(result)


async def test_a_file_that_is_gone_is_missing_and_its_new_path_is_named(own):
    """It stays in the estimate; the commits know its new name, else the only file of its name."""
    shop = own.root / "shop"
    git(own.root, "mv", "shop/cart.py", "shop/basket.py")
    git(own.root, "commit", "-q", "-m", "a cart is a basket")
    (own.root / "sold").mkdir()
    (shop / "product.py").rename(own.root / "sold" / "product.py")
    (shop / "discount.py").unlink()
    await own.index()

    chosen = items("shop/cart.py", "shop/product.py", "shop/discount.py", "sold/product.py")
    estimate = await own("estimate", items=chosen, instructions="x")

    assert [(item["path"], item["movedTo"]) for item in estimate["items"]] == [
        ("shop/cart.py", "shop/basket.py"),
        ("shop/product.py", "sold/product.py"),
        ("shop/discount.py", None),
        ("sold/product.py", None),
    ]
    gone = reasons(estimate["planned"])
    assert gone["shop/cart.py"].endswith("it may be `shop/basket.py` now")
    assert "there is no file" in gone["shop/discount.py"]


async def test_prompts_and_the_ticket_go_in(own):
    """Stored prompts are filled in, the ticket stands as Markdown, both before the instructions."""
    content = "Review {{ project }} as {{ who }}."
    prompt = await own.request("prompts/create", name="review", content=content)
    ticket = await own.request("tickets/create", title="Wrong total", overview=f"See {KEY}")
    wanted = {"promptIds": [prompt["id"]], "ticketId": ticket["id"]}
    result = await own("build", **wanted, instructions="Go.")
    assert "Review repo as {{ who }}." in result["text"]
    told = await own("build", **wanted, promptValues={"who": "Ann", "project": "it", "more": "x"})
    assert "Review it as Ann." in told["text"]
    assert "Wrong total" in result["text"]
    assert KEY not in result["text"]
    assert [section["name"] for section in result["sections"]] == [
        "ticket",
        "prompts",
        "instructions",
    ]
    assert result["redactions"][0]["path"] == "ticket"


async def test_a_prompt_and_a_ticket_that_were_deleted_are_told(own):
    """What is left of the context is built."""
    gone = await own.request("prompts/create", name="gone", content="Gone.")
    kept = await own.request("prompts/create", name="kept", content="Kept.")
    await own.request("prompts/delete", id=gone["id"])
    result = await own("build", promptIds=[gone["id"], kept["id"]], ticketId="nope")
    assert "Kept." in result["text"]
    assert "Gone." not in result["text"]
    reasons = [omitted["reason"] for omitted in result["omitted"]]
    assert any("the ticket was deleted" in reason for reason in reasons)
    assert any(gone["id"] in reason for reason in reasons)


async def test_a_prompt_may_ask_for_the_changes(own):
    """All that is not committed, but nothing of a file with secrets."""
    (own.root / "shop/cart.py").write_text("changed = 1\n")
    (own.root / ".env").write_text("PASSWORD=hunter2\n")
    git(own.root, "add", "-A")
    prompt = await own.request("prompts/create", name="review", content="Review:\n{{ diff }}")
    rendered = await own.request("prompts/render", id=prompt["id"])
    assert rendered["missing"] == []
    assert "+changed = 1" in rendered["text"]
    assert "hunter2" not in rendered["text"]
    assert "+changed = 1" in (await own("build", promptIds=[prompt["id"]]))["text"]


async def test_files_with_secrets_are_suggested_only_by_name(own):
    """A file that would need a yes is left out, unless the task names it; never what is in it."""
    (own.root / ".env.local").write_text("CART_TOTAL_PASSWORD=hunter2\n")
    (own.root / "cart_total.pem").write_text("cart total\n")
    await own.app.project(None).index.refresh()
    asked = {"query": "the cart total password", "universe": "all"}
    paths = [file["path"] for file in (await own("suggest", **asked))["files"]]
    assert "shop/cart.py" in paths
    assert not {".env.local", "cart_total.pem"} & set(paths)
    found = await own("suggest", query="CART_TOTAL_PASSWORD of .env.local.", universe="all")
    (named,) = [file for file in found["files"] if file["path"] == ".env.local"]
    assert (named["passages"], "PASSWORD" in str(named).upper()) == ([], False)


async def test_a_prompt_that_cannot_be_filled_in_is_named(own):
    """Of several prompts the error says which one, and where in it."""
    good = await own.request("prompts/create", name="good", content="Hi {{ project }}")
    bad = await own.request("prompts/create", name="bad", content="a\n{% for x in y %}")
    error = await own.error("build", promptIds=[good["id"], bad["id"]])
    assert error.code == 106
    assert "`bad`" in error.message
    assert error.data["promptId"] == bad["id"]
    assert error.data["line"] == 2


async def test_bad_params(server):
    """Unknown fields and unknown ids are errors of their kind."""
    unknown_field = await server.error("build", items=items("a.py", colour="red"))
    assert unknown_field.code == -32602
    assert "colour" in json.dumps(unknown_field.data)
    assert (await server.error("build", budgetTokens=0)).code == -32602
    assert (await server.error("build", projectId="nope")).code == 101


async def test_an_estimate_is_what_a_build_would_be(server):
    """Item by item and as a whole, exact, before degrading."""
    chosen = items("shop/cart.py", "shop/product.py", "shop/notes.md")
    estimate = await server("estimate", items=chosen, instructions="x", budgetTokens=10)
    built = await server("build", items=chosen, instructions="x")
    assert estimate["tokens"] == built["tokens"]
    assert estimate["sections"] == built["sections"]
    by_path = {item["path"]: item["tokens"] for item in built["items"]}
    assert {item["path"]: item["tokens"] for item in estimate["items"]} == by_path
    assert estimate["tokensExact"]


async def test_another_vendors_model_is_estimated_within_the_budget(server):
    """The count is labelled, and leaves a margin for what the real tokenizer does."""
    request = {"items": items("shop/cart.py"), "instructions": "x", "model": "claude-sonnet-4-5"}
    built = await server("build", **request)
    assert not built["tokensExact"]
    assert built["tokens"] > tokens([built["text"]])[0]
    tight = await server("build", **request, budgetTokens=built["tokens"] - 1)
    assert tight["tokens"] <= built["tokens"] - 1
    assert tight["items"][0]["mode"] == "outline"


async def test_an_untrusted_workspace_gives_no_rules(tmp_path):
    """Rules files of a folder that nobody trusts are left out, and that is said."""
    root = tmp_path / "repo"
    write(root, {"AGENTS.md": "Obey.\n", "a.py": "A = 1\n"})
    app = await start(tmp_path, [root], trusted=False)
    server = Server(app, root)
    await server.index()
    result = await server("build", items=items("a.py"), instructions="x", include={"rules": True})
    assert "Obey." not in result["text"]
    assert "not trusted" in reasons(result)[""]
    await app.close()


async def test_several_roots_are_named(tmp_path):
    """With two folders open the text says which one a file is from."""
    roots = [tmp_path / "one", tmp_path / "two"]
    for root in roots:
        write(root, {"a.py": f"NAME = '{root.name}'\n"})
    app = await start(tmp_path, roots)
    server = Server(app, roots[0])
    await server.index()
    two = next(p for p in app.open_projects.values() if p.workspace.root.name == "two")
    result = await server("build", items=items("a.py"), instructions="x", projectId=two.id)
    assert read_files(result["text"], "markdown") == {"two/a.py": "NAME = 'two'\n"}
    assert result["items"][0]["path"] == "a.py"
    assert (await server.error("build", items=items("a.py"))).code == 101
    await app.close()


async def test_half_a_character_does_not_end_the_request(own):
    """A lone surrogate in an unsaved text or the instructions is replaced, not fatal."""
    own.app.project(None).workspace.overlay.set("shop/product.py", "x = '\ud800'\n", 3)
    result = await own("build", items=items("shop/product.py"), instructions="a \udfff b")
    assert "x = '\ufffd'" in result["text"]
    assert "a \ufffd b" in result["text"]
