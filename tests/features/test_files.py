"""Files listed, read, outlined and searched through the endpoint."""

import asyncio

import pytest

from octoprompt.index.model import SuggestQuery
from support.indexing import opened, served, write
from support.server import make_repository

CART = '''"""Carts."""

from shop.prices import price_of


class Cart:
    """What a customer wants."""

    LIMIT = 10

    @property
    def total(self) -> int:
        """The sum."""
        return sum(price_of(item) for item in self.items)


def empty(cart: Cart,
          hard: bool = False) -> None:
    cart.items = []
'''
FILES = {
    "shop/cart.py": CART,
    "shop/prices.py": "def price_of(item):\n    return 3  # Größe naïve\n",
    "shop/deep/er/x.md": "# Title\n\nNothing here.\n",
    "web/UserProfileView.tsx": "export const UserProfileView = () => <div/>\n",
    "zeta.txt": "Price_Of line\nanother price_of\nprice_of price_of\n" + "x" * 900 + "needle\n",
    "pic.bin": b"\x89PNG\0\0",
}


@pytest.fixture
async def call(tmp_path):
    """The handlers over a small repository."""
    write(tmp_path / "root", FILES)
    root = make_repository(tmp_path / "root", {})
    async with served(root, tmp_path) as handlers:
        yield handlers


async def hits(call, query, kind="text", **more):
    """Give the places that a search finds."""
    found = await call("files/search", query=query, kind=kind, **more)
    return [(hit["path"], hit["line"]) for hit in found["hits"]]


async def test_a_folder_lists_folders_first_with_all_below_them(call):
    """Sizes, tokens and counts of a folder are those of its files."""
    top = await call("files/list")
    assert [entry["path"] for entry in top["entries"]] == ["shop", "web", "pic.bin", "zeta.txt"]
    shop, _, picture, _ = top["entries"]
    assert (shop["kind"], shop["files"]) == ("folder", 3)
    assert shop["size"] == sum(len(FILES[path].encode()) for path in FILES if "shop/" in path)
    assert picture["skipped"]
    assert picture["skippedFiles"] == 1
    assert shop["tokens"] > 0


async def test_a_listing_is_paged(call):
    """The cursor of a page gives the next one, and the last has none."""
    page = await call("files/list", recursive=True, limit=4)
    rest = await call("files/list", recursive=True, limit=4, cursor=page["nextCursor"])
    paths = [entry["path"] for entry in page["entries"] + rest["entries"]]
    assert paths == sorted(FILES)
    assert (page["total"], rest["total"], rest["nextCursor"]) == (6, 6, None)
    assert (await call.error("files/list", cursor="x")).code == 100


async def test_unknown_and_outside_folders_are_errors(call):
    """An unknown folder is not an empty one, and `..` leads nowhere."""
    assert (await call.error("files/list", folder="nope")).code == 201
    assert (await call.error("files/list", folder="../..")).code == 202
    assert (await call.error("files/outline", path="../x.py")).code == 202
    assert (await call.error("files/outline", path="nope.py")).code == 201
    assert (await call.error("files/outline", path="shop")).code == 203


async def test_an_outline_is_nested_with_signatures(call):
    """Methods stand in their class, heads are on one line, lines count from 1."""
    outline = await call("files/outline", path="shop/cart.py")
    cart, empty = outline["symbols"]
    assert (cart["name"], cart["kind"], cart["line"], cart["endLine"]) == ("Cart", "class", 6, 14)
    assert [(c["name"], c["kind"]) for c in cart["children"]] == [
        ("LIMIT", "constant"),
        ("total", "method"),
    ]
    assert empty["signature"] == "def empty(cart: Cart, hard: bool = False) -> None"
    assert outline["language"] == "python"


async def test_an_outline_that_is_empty_says_why(call):
    """No grammar, binary: a note, not silence."""
    assert "grammar" in (await call("files/outline", path="zeta.txt"))["note"]
    assert "binary" in (await call("files/outline", path="pic.bin"))["note"]


async def test_lines_of_a_file_are_read(call):
    """Some lines, or all; the count is of the whole file."""
    part = await call("files/read", path="shop/cart.py", startLine=6, endLine=7)
    assert part["text"] == 'class Cart:\n    """What a customer wants."""\n'
    assert part["lines"] == 19
    assert (await call("files/read", path="shop/cart.py"))["text"] == CART
    assert (await call("files/read", path="shop/cart.py", startLine=99))["text"] == ""


async def test_lines_are_those_of_parsers_and_editors(call, tmp_path):
    """A form feed or a line separator of Unicode ends no line."""
    write(tmp_path / "root", {"feed.py": "a = 1\n\fdef two():\n    '\u2028'\nb = 2\n"})
    part = await call("files/read", path="feed.py", startLine=4, endLine=4)
    assert (part["text"], part["lines"]) == ("b = 2\n", 4)


async def test_text_is_found_as_it_stands_anywhere_in_a_word(call):
    """A part of a word, several words, case or not, letters beyond ASCII."""
    assert await hits(call, "price_of") == [
        *(("shop/cart.py", 3), ("shop/cart.py", 14), ("shop/prices.py", 1)),
        *(("zeta.txt", 1), ("zeta.txt", 2), ("zeta.txt", 3)),
    ]
    assert ("zeta.txt", 1) not in await hits(call, "price_of", caseSensitive=True)
    assert await hits(call, "ice_o", limit=1) == [("shop/cart.py", 3)]
    assert await hits(call, "of(item) for") == [("shop/cart.py", 14)]
    assert await hits(call, "größe") == [("shop/prices.py", 2)]
    assert await hits(call, "aïve") == [("shop/prices.py", 2)]
    assert await hits(call, "= []") == [("shop/cart.py", 19)]
    assert await hits(call, "no such text") == []
    assert await hits(call, "") == []


async def test_a_long_line_is_shown_around_its_match(call):
    """At most 400 characters, with the match in them."""
    found = await call("files/search", query="needle")
    (hit,) = found["hits"]
    assert len(hit["text"]) <= 400
    assert "needle" in hit["text"]


async def test_more_than_the_limit_is_said(call):
    """`truncated` says that there is more."""
    assert (await call("files/search", query="price_of", limit=2))["truncated"]
    assert not (await call("files/search", query="price_of", limit=6))["truncated"]


async def test_a_regular_expression_is_searched_in_a_worker(call):
    """Python's syntax; a bad one is an error with a reason, a runaway one is stopped."""
    assert await hits(call, r"def \w+\(", "regex") == [
        *(("shop/cart.py", 12), ("shop/cart.py", 17), ("shop/prices.py", 1)),
    ]
    assert await hits(call, r"^class\s+C", "regex") == [("shop/cart.py", 6)]
    assert (await call.error("files/search", query="(", kind="regex")).code == 104


async def test_a_runaway_pattern_is_stopped_and_the_next_works(call):
    """A pattern that never ends costs its own request and nothing else."""
    write(call.app.project(None).workspace.root, {"evil.txt": "a" * 40 + "b\na\n"})
    await call("index/refresh")
    search = asyncio.create_task(call.error("files/search", query="(a+)+$", kind="regex"))
    await call("index/status")
    assert (await search).code == 600
    assert await hits(call, "^class", "regex") == [("shop/cart.py", 6)]


async def test_paths_are_found_by_letters(call):
    """As a quick open does: initials, parts, folders."""
    assert (await hits(call, "upv", "path"))[0] == ("web/UserProfileView.tsx", 1)
    assert (await hits(call, "cart", "path"))[0] == ("shop/cart.py", 1)
    assert (await hits(call, "shop/pri", "path"))[0] == ("shop/prices.py", 1)
    assert await hits(call, "qqq", "path") == []


async def test_symbols_are_found_by_a_search_too(call):
    """Kind `symbol` gives the places of definitions."""
    assert (await hits(call, "Cart", "symbol"))[0] == ("shop/cart.py", 6)


async def test_unsaved_text_wins_and_vanishes(call):
    """Search, outline, find and references see the editor's text until it is closed."""
    project = call.app.project(None)
    overlay, index = project.workspace.overlay, project.index
    overlay.set("shop/prices.py", "def unsaved_name(item):\n    return 'fresh words'\n", 1)
    index.overlay_changed("shop/prices.py")
    assert await hits(call, "fresh words") == [("shop/prices.py", 2)]
    assert ("shop/prices.py", 1) not in await hits(call, "price_of")
    assert await hits(call, r"unsaved_\w+", "regex") == [("shop/prices.py", 1)]
    found = await call("symbols/find", query="unsaved_name")
    assert [symbol["path"] for symbol in found["symbols"]] == ["shop/prices.py"]
    assert (await call("symbols/find", query="price_of"))["symbols"] == []
    outline = await call("files/outline", path="shop/prices.py")
    assert [symbol["name"] for symbol in outline["symbols"]] == ["unsaved_name"]
    suggested, _ = await index.suggest(SuggestQuery(text="what has fresh words"))
    assert suggested[0].path == "shop/prices.py"

    overlay.drop("shop/prices.py")
    index.overlay_changed("shop/prices.py")
    assert await hits(call, "fresh words") == []
    found = await call("symbols/find", query="price_of")
    assert [symbol["path"] for symbol in found["symbols"]] == ["shop/prices.py"]
    assert (await call("symbols/find", query="unsaved_name"))["symbols"] == []


async def test_a_file_that_is_only_in_an_editor_is_part_of_the_workspace(call):
    """Every question knows it while it is open, and none of them afterwards."""
    project = call.app.project(None)
    path = "shop/brand_new.py"
    text = "def zanzibar_price(item):\n    return 'a zanzibar apple'\n"
    asked = SuggestQuery(text="the price of apples in zanzibar")

    async def seen():
        listed = await call("files/list", folder="shop")
        found = await call("symbols/find", query="zanzibar_price")
        return [
            path in [entry["path"] for entry in listed["entries"]],
            path in [hit for hit, _ in await hits(call, "zanzibar apple")],
            path in [hit for hit, _ in await hits(call, r"zanzibar_\w+\(", "regex")],
            path in [hit for hit, _ in await hits(call, "brandnew", "path")],
            path in [symbol["path"] for symbol in found["symbols"]],
            path in [one.path for one in (await project.index.suggest(asked))[0]],
        ]

    project.workspace.overlay.set(path, text, 1)
    project.index.overlay_changed(path)
    assert all(await seen())
    (entry,) = [
        e for e in (await call("files/list", folder="shop"))["entries"] if e["path"] == path
    ]
    assert (entry["size"], entry["language"]) == (len(text), "python")
    assert entry["tokens"] > 5
    project.workspace.overlay.drop(path)
    project.index.overlay_changed(path)
    assert not any(await seen())


async def test_an_ignored_file_in_an_editor_stays_ignored(call):
    """What the ignore rules leave out is not part of the workspace, saved or not."""
    project = call.app.project(None)
    path = "build/made.py"
    write(project.workspace.root, {".gitignore": "build/\n"})
    project.workspace.overlay.set(path, "def kilimanjaro(): pass\n", 1)
    project.index.overlay_changed(path)
    assert await hits(call, "kilimanjaro") == []
    assert (await call("symbols/find", query="kilimanjaro"))["symbols"] == []
    outline = await call("files/outline", path=path)
    assert [symbol["name"] for symbol in outline["symbols"]] == ["kilimanjaro"]
    project.workspace.overlay.drop(path)
    project.index.overlay_changed(path)


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("files/list", {"limit": 0}),
        ("files/relate", {"path": "x", "limit": 0}),
        ("files/search", {"query": "x", "limit": -3}),
        ("files/search", {"query": "x", "limit": 10**30}),
        ("symbols/find", {"query": "x", "limit": 0}),
        ("symbols/references", {"name": "x", "limit": -1}),
        ("symbols/references", {"name": ""}),
    ],
)
async def test_what_cannot_be_asked_for_is_refused(call, method, params):
    """No answer can hold less than one thing, or without end, or be about no name."""
    assert (await call.error(method, **params)).code == -32602


async def test_a_file_says_what_goes_with_it(call):
    """An import is followed to its file; `test_files_relate.py` asks the rest."""
    found = await call("files/relate", path="shop/cart.py")
    assert found["imports"] == [
        {"path": "shop/prices.py", "reason": "imports `price_of`", "score": 1}
    ]


@pytest.mark.parametrize("limit", [3, 100])
async def test_children_that_share_the_files_find_what_one_finds(tmp_path, monkeypatch, limit):
    """Two children look for a pattern at once; the hits are in the order of the paths."""
    root = tmp_path / "root"
    write(root, {f"f{n:02}.py": f"value_{n} = {n}\nother = 1\n" for n in range(20)})
    async with opened(root, tmp_path / "cache") as index:
        shared = [await index.search(r"value_\d+ =", "regex", limit)]
        monkeypatch.setattr("octoprompt.index.text_search.FIRST", 1)
        shared.append(await index.search(r"value_\d+ =", "regex", limit))
    for found in shared:
        assert [hit.path for hit in found.hits] == [f"f{n:02}.py" for n in range(min(limit, 20))]


@pytest.mark.parametrize("limit", [1, 3, 100])
async def test_the_first_files_are_looked_into_before_the_others(tmp_path, monkeypatch, limit):
    """The hits are the same wherever the first ones end, one after the other search."""
    root = tmp_path / "root"
    write(root, {f"f{n:02}.py": f"value_{n} = {n}\nvalue_ = 1\n" for n in range(9)})
    expected = [(f"f{n:02}.py", line) for n in range(9) for line in (1, 2)][:limit]
    async with opened(root, tmp_path / "cache") as index:
        for first in (1, 2, 8, 9, 10):
            monkeypatch.setattr("octoprompt.index.text_search.FIRST", first)
            found = await index.search("VALUE_", "text", limit)
            assert [(hit.path, hit.line) for hit in found.hits] == expected
            assert found.truncated == (limit < 18)


async def test_a_search_sees_what_changed_since_the_last_one(tmp_path):
    """What the child has kept of a file is not taken for the file."""
    root = tmp_path / "root"
    write(root, {"a.py": "alpha = 1\n", "b.py": "beta = 1\n"})
    async with opened(root, tmp_path / "cache") as index:
        assert [hit.path for hit in (await index.search("beta", "text", 9)).hits] == ["b.py"]
        write(root, {"a.py": "alpha = beta\n"})
        index.files_changed(["a.py"])
        await index.refresh()
        found = await index.search("beta", "text", 9)
        assert [hit.path for hit in found.hits] == ["a.py", "b.py"]
