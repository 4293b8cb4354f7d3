"""Definitions by name, and where names are used, through the endpoint."""

import pytest

from octoprompt.agents.tools import UNREAD, Toolbox
from octoprompt.app import App, OpenProject
from octoprompt.settings import Settings, WorkspaceOptions
from support.indexing import Handlers, served, write
from support.server import make_repository

FILES = {
    "urls/resolvers.py": "class URLResolver:\n    def resolve(self, path):\n        pass\n\n\n"
    "class URLPattern:\n    pass\n\n\ndef get_resolver(urlconf=None):\n"
    "    # URLResolver is made once\n    return URLResolver()\n",
    "urls/base.py": "from urls.resolvers import URLResolver, get_resolver\n\n\n"
    "def reverse(name):\n    handler = get_resolver\n    return handler().resolve(name)\n",
    "other/thing.py": "class Thing(Base):\n    def resolve(self):\n        return self.resolve()\n",
    "tests/test_urls.py": "from urls.resolvers import URLResolver\n\n\nclass Other:\n    pass\n",
    "curl.go": "package curl\n\nfunc CurlRequestLess() int { return 1 }\n",
}


@pytest.fixture
async def call(tmp_path):
    """The handlers over a small repository."""
    write(tmp_path / "root", FILES)
    root = make_repository(tmp_path / "root", {})
    async with served(root, tmp_path) as handlers:
        yield handlers


async def names(call, query, limit=10):
    """Give the names that a query finds, best first."""
    found = await call("symbols/find", query=query, limit=limit)
    return [symbol["name"] for symbol in found["symbols"]]


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("URLResolver", "URLResolver"),
        ("urlresolver", "URLResolver"),
        ("URLR", "URLResolver"),
        ("urlres", "URLResolver"),
        ("urlp", "URLPattern"),
        ("gr", "get_resolver"),
        ("crl", "CurlRequestLess"),
        ("rslv", "resolve"),
        ("url pat", "URLPattern"),
    ],
)
async def test_the_meant_definition_comes_first(call, query, best):
    """Exact, other case, initials, words' beginnings, letters in order."""
    assert (await names(call, query))[0] == best


async def test_a_definition_has_its_place_and_what_is_around_it(call):
    """Path, lines from 1, kind, container."""
    found = await call("symbols/find", query="resolve", limit=2)
    assert found["symbols"] == [
        {
            "name": "resolve",
            "kind": "method",
            "path": "other/thing.py",
            "line": 2,
            "endLine": 3,
            "container": "Thing",
        },
        {
            "name": "resolve",
            "kind": "method",
            "path": "urls/resolvers.py",
            "line": 2,
            "endLine": 3,
            "container": "URLResolver",
        },
    ]


async def test_nothing_is_found_for_nothing(call):
    """An empty query and letters that no name has find nothing."""
    assert await names(call, "") == []
    assert await names(call, "  ") == []
    assert await names(call, "qqqq") == []
    assert await names(call, "ß€") == []


async def test_references_have_kinds_and_containers(call):
    """Imports, calls and plain uses; comments and the definition itself are not uses."""
    found = await call("symbols/references", name="URLResolver")
    assert [(d["path"], d["line"]) for d in found["definitions"]] == [("urls/resolvers.py", 1)]
    assert [(r["path"], r["line"], r["kind"], r["container"]) for r in found["references"]] == [
        ("tests/test_urls.py", 1, "import", None),
        ("urls/base.py", 1, "import", None),
        ("urls/resolvers.py", 12, "call", "get_resolver"),
    ]
    assert not found["truncated"]


async def test_a_use_without_a_call_is_a_reference(call):
    """A function handed on by name counts."""
    found = await call("symbols/references", name="get_resolver")
    kinds = [(r["path"], r["line"], r["kind"]) for r in found["references"]]
    assert kinds == [("urls/base.py", 1, "import"), ("urls/base.py", 5, "use")]
    assert found["references"][1]["text"] == "    handler = get_resolver"


async def test_references_are_narrowed_to_files_that_see_the_definition(call):
    """With a path, another class's method of that name in an unrelated file is left out."""
    everywhere = await call("symbols/references", name="resolve")
    assert "other/thing.py" in {r["path"] for r in everywhere["references"]}
    narrowed = await call("symbols/references", name="resolve", path="urls/resolvers.py")
    assert [d["path"] for d in narrowed["definitions"]] == ["urls/resolvers.py"]
    assert {r["path"] for r in narrowed["references"]} == {"urls/base.py"}


async def test_words_of_prose_and_quotes_come_last(tmp_path):
    """What only says the name is no use that leads anywhere; what braces enclose in quotes is."""
    files = {
        "a/GUIDE.md": "Call total first\n",
        "a/ci.yml": "run: echo total\n",
        "shop.py": "def total():\n    return 1\n",
        "test_shop.py": "print('the total is right')\nprint(f'{total}')\nprint(total())\n",
    }
    write(tmp_path / "root", files)
    async with served(make_repository(tmp_path / "root", {}), tmp_path) as call:
        found = await call("symbols/references", name="total")
    assert [(one["path"], one["line"], one["resolved"]) for one in found["references"]] == [
        ("test_shop.py", 2, True),
        ("test_shop.py", 3, True),
        ("test_shop.py", 1, False),
        ("a/GUIDE.md", 1, False),
        ("a/ci.yml", 1, False),
    ]


async def test_more_references_than_the_limit_are_said(call):
    """`truncated` says that there are more."""
    found = await call("symbols/references", name="URLResolver", limit=2)
    assert len(found["references"]) == 2
    assert found["truncated"]


async def test_answers_say_when_more_may_come(tmp_path):
    """While symbols are being read, what is not found may yet be there: people and models hear."""
    write(tmp_path / "root", FILES)
    app = App(Settings(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache"))

    def pause_when_listed(project: OpenProject) -> None:
        if project.index.status().files:
            project.index.pause()

    app.on_index_change = pause_when_listed
    try:
        await app.start([tmp_path / "root"], WorkspaceOptions())
        call = Handlers(app)
        index = call.index
        tools = Toolbox(app.project(None).workspace, index)

        async def ask() -> list[bool]:
            return [
                (await call("symbols/find", query="URLResolver"))["incomplete"],
                (await call("symbols/references", name="URLResolver"))["incomplete"],
                (await call("files/relate", path="urls/base.py"))["incomplete"],
                UNREAD in await tools.use("find_symbols", '{"query": "URLResolver"}'),
                UNREAD in await tools.use("references", '{"name": "URLResolver"}'),
            ]

        assert await ask() == [True] * 5
        app.on_index_change = lambda _: None
        index.resume()
        await index.refresh()
        assert await ask() == [False] * 5
    finally:
        await app.close()
