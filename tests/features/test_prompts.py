"""Prompts through the endpoint: kept, found, filled in, brought in and out."""

import json
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from octoprompt.context import templates
from octoprompt.llm.scripted import Said
from support.chatting import modelled
from support.indexing import served
from support.server import make_repository

pytestmark = pytest.mark.asyncio(loop_scope="module")
FILES = {
    ".github/prompts/review.prompt.md": (
        "---\nmode: agent\ndescription: 'Review it'\ntools: ['codebase', \"git\"]\n---\n"
        "Review {{ file }}.\n"
    ),
    ".github/prompts/sub/plain.prompt.md": "No head at all.\n",
    ".github/prompts/picture.png": "no prompt",
    ".cursor/rules/style.mdc": (
        "---\ndescription: Style\nglobs: *.py\nalwaysApply: true\n---\n# Use tabs\n"
    ),
    ".continue/prompts/tests.prompt": (
        "name: Write tests\ndescription: For a file\n---\nTests, please.\n"
    ),
    "docs/empty.md": "---\nname: Nothing\n---\n  \n",
}
SHAPE = {
    "id", "name", "content", "description", "tags", "favorite", "projectIds", "version",
    "variables", "createdAt", "updatedAt",
}  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def call(tmp_path_factory):
    """The handlers over a repository with other tools' prompt files."""
    folder = tmp_path_factory.mktemp("prompts")
    root = make_repository(folder / "shop", FILES)
    async with served(root, folder) as handlers:
        yield handlers


async def test_a_prompt_comes_back_as_it_was_created(call):
    """Create answers with the whole record, get gives the same, the list is light."""
    created = await call("prompts/create", name="Explain", content="Explain {{ x }}, ü 日\n")
    assert set(created) == SHAPE
    assert (created["name"], created["content"]) == ("Explain", "Explain {{ x }}, ü 日\n")
    assert created["variables"] == ["x"]
    assert datetime.fromisoformat(created["createdAt"]).tzinfo is not None
    assert await call("prompts/get", id=created["id"]) == created
    (listed,) = [p for p in (await call("prompts/list"))["prompts"] if p["id"] == created["id"]]
    assert set(listed) == SHAPE - {"content", "variables"}


async def test_lists_are_filtered_and_paged(call):
    """By tag, favourite and project; a page leads to the next."""
    project = (await call("projects/list"))["projects"][0]["id"]
    for n in range(5):
        await call(
            "prompts/create", name=f"page {n}", content="c", tags=["paged", f"t{n}"],
            favorite=n == 2, projectIds=[project] if n == 3 else [],
        )  # fmt: skip
    first = await call("prompts/list", tag="paged", limit=3)
    rest = await call("prompts/list", tag="paged", limit=3, cursor=first["cursor"])
    names = [p["name"] for p in (*first["prompts"], *rest["prompts"])]
    assert (names, rest["cursor"]) == ([f"page {n}" for n in range(5)], None)
    (favorite,) = (await call("prompts/list", tag="paged", favorite=True))["prompts"]
    assert favorite["name"] == "page 2"
    assert (await call("prompts/list", tag="t"))["prompts"] == []
    assert len((await call("prompts/list", tag="paged", projectId=project))["prompts"]) == 5
    elsewhere = (await call("prompts/list", tag="paged", projectId="another"))["prompts"]
    assert [p["name"] for p in elsewhere] == ["page 0", "page 1", "page 2", "page 4"]


async def test_words_find_prompts_best_first(call):
    """Name beats content, beginnings and any case count, all words must occur."""
    await call("prompts/create", name="Zebra crossing", content="about roads")
    await call("prompts/create", name="Roads", content="nothing of a zébra, but a Zebra's road")
    found = await call("prompts/search", query="zebr road")
    assert [p["name"] for p in found["prompts"]] == ["Zebra crossing", "Roads"]
    assert (await call("prompts/search", query="zebra submarine"))["prompts"] == []
    for odd in ('"', "zebra AND", "(", "*", "zebra NOT roads", "a:b", "-"):
        await call("prompts/search", query=odd)
    everything = await call("prompts/search", query=" ")
    assert len(everything["prompts"]) == len((await call("prompts/list"))["prompts"])


async def test_search_follows_every_change(call):
    """A changed, deleted or restored prompt is found by what it is now."""
    made = await call("prompts/create", name="walrus", content="old words")
    await call("prompts/update", id=made["id"], content="fresh oyster")
    assert await _found(call, "old words") == []
    assert await _found(call, "oyster") == ["walrus"]
    await call("prompts/delete", id=made["id"])
    assert await _found(call, "oyster") == []
    await call("bin/restore", kind="prompt", id=made["id"])
    assert await _found(call, "oyster") == ["walrus"]


async def _found(call, query):
    return [p["name"] for p in (await call("prompts/search", query=query))["prompts"]]


async def test_an_update_changes_what_is_given_and_keeps_what_was(call):
    """Old names and contents are versions, and restoring makes one more."""
    made = await call("prompts/create", name="v", content="one", tags=["b", "a", "b"])
    await call("prompts/update", id=made["id"], content="two")
    await call("prompts/update", id=made["id"], favorite=True)
    renamed = await call("prompts/update", id=made["id"], name="w")
    assert (renamed["content"], renamed["tags"], renamed["favorite"]) == ("two", ["a", "b"], True)
    assert renamed["version"] == 4
    versions = (await call("prompts/versions", id=made["id"]))["versions"]
    assert [(v["version"], v["name"], v["content"]) for v in versions] == [
        (3, "v", "two"),
        (1, "v", "one"),
    ]
    restored = await call("prompts/restoreVersion", id=made["id"], version=1)
    assert (restored["name"], restored["content"]) == ("v", "one")
    assert len((await call("prompts/versions", id=made["id"]))["versions"]) == 3
    error = await call.error("prompts/restoreVersion", id=made["id"], version=99)
    assert error.code == 102


async def test_a_late_change_is_refused(call):
    """Two windows that edit one prompt do not overwrite each other unseen."""
    made = await call("prompts/create", name="late", content="one")
    await call("prompts/update", id=made["id"], content="two", version=1)
    error = await call.error("prompts/update", id=made["id"], content="three", version=1)
    assert (error.code, error.data["version"]) == (105, 2)
    assert (await call("prompts/get", id=made["id"]))["content"] == "two"


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("prompts/get", {"id": "no"}, 102),
        ("prompts/delete", {"id": "no"}, 102),
        ("prompts/update", {"id": "no", "name": "x"}, 102),
        ("prompts/versions", {"id": "no"}, 102),
        ("prompts/render", {"id": "no"}, 102),
        ("prompts/render", {}, 100),
        ("prompts/export", {"ids": ["no"]}, 102),
        ("prompts/create", {"name": "x", "content": "c", "projectIds": ["no"]}, 102),
        ("prompts/create", {"name": "  ", "content": "c"}, -32602),
        ("prompts/create", {"name": "x" * 201, "content": "c"}, -32602),
        ("prompts/create", {"name": "x", "content": "c", "tags": ["a|b"]}, -32602),
        ("prompts/create", {"name": "x", "content": "c", "colour": "red"}, -32602),
        ("prompts/list", {"limit": 0}, -32602),
        ("prompts/restoreVersion", {"id": "no", "version": 1}, 102),
    ],
)
async def test_bad_requests_are_clear_errors(call, method, params, code):
    """What is wrong is said, and nothing is made."""
    before = len((await call("prompts/list"))["prompts"])
    error = await call.error(method, **params)
    assert (error.code, len(error.message) < 400) == (code, True)
    assert len((await call("prompts/list"))["prompts"]) == before


async def test_names_are_unique_among_those_not_deleted(call):
    """A deleted prompt frees its name, and then cannot come back beside its successor."""
    old = await call("prompts/create", name="only one", content="a")
    assert (await call.error("prompts/create", name="only one", content="b")).code == 103
    await call("prompts/delete", id=old["id"])
    new = await call("prompts/create", name="only one", content="b")
    assert (await call.error("bin/restore", kind="prompt", id=old["id"])).code == 103
    await call("prompts/update", id=new["id"], name="another one")
    await call("bin/restore", kind="prompt", id=old["id"])
    assert (await call("prompts/get", id=old["id"]))["content"] == "a"


async def test_a_large_prompt_is_kept_whole(call):
    """A megabyte is a prompt like any other."""
    content = "0123456789abcdef\n" * 60_000
    made = await call("prompts/create", name="large", content=content)
    assert (await call("prompts/get", id=made["id"]))["content"] == content


async def test_rendering_fills_in_what_is_known(call):
    """Given values, the date and the project; what is missing stands as it was and is named."""
    content = (
        "{{ file }} on {{ date }} in {{ project }}: {{ topic }}"
        "{% if diff %} with {{ diff }}{% endif %}\n"
    )
    made = await call("prompts/create", name="r", content=content)
    done = await call("prompts/render", id=made["id"], variables={"file": "a.py"})
    today = datetime.now(UTC).astimezone().date().isoformat()
    assert done["text"] == f"a.py on {today} in shop: {{{{ topic }}}}\n"
    assert done["missing"] == ["topic"]
    again = await call(
        "prompts/render", content=content,
        variables={"project": "P", "diff": "D", "topic": "{{ t }}"},
    )  # fmt: skip
    assert again["text"] == f"{{{{ file }}}} on {today} in P: {{{{ t }}}} with D\n"


async def test_a_plain_prompt_is_rendered_as_it_is(call):
    """Braces and percent signs of code are left alone when nothing is to be filled in."""
    content = "if (a) { b % c; } # {x}\n\n"
    assert (await call("prompts/render", content=content))["text"] == content


@pytest.mark.parametrize(
    ("content", "line", "column", "message"),
    [
        ("a\n{% if x %}", 2, 9, "Unexpected end"),
        ("a\r\n\r\n{{ 1 / 0 }}", 3, 4, "division by zero"),
        ("{{ ok }} é {{ 1 / 0 }} {{ ok }}", 1, 15, "division by zero"),
        ("a  \n  {%- for x in 3 -%}\n{% endfor %}", 2, 7, "not iterable"),
        ("{{ a b }}", 1, 6, "expected token"),
        ("one\n {{ x | nope }}", 2, 9, "No filter named"),
        ("one\n   {{ ? }}", 2, 7, "unexpected char '?'"),
        ("{{ (1] }}", 1, 6, "unexpected ']'"),
        ("{{ ''.__class__.__mro__ }}", 1, 16, "unsafe"),
        ("{{ x.__init__.__globals__ }}", 1, 14, ""),
        ("{{ range(10 ** 9) | list }}", 1, 21, "Range too big"),
        ("{% macro f() %}{{ f() }}{% endmacro %}\n{{ f() }}", 1, 20, "recursion"),
        ("{% include '/etc/passwd' %}", 1, 4, "no loader"),
        ("{{ 'a' * 10 ** 10 }}", 1, 4, "MemoryError"),
        ("{{ [1].append(2) }}", 1, 14, "unsafe"),
    ],
)
async def test_bad_templates_say_where(call, content, line, column, message):
    """Broken, hostile and endless templates are errors with a line and a column."""
    error = await call.error("prompts/render", content=content)
    assert error.code == 106
    assert (error.data["line"], error.data["column"]) == (line, column)
    assert f"line {line}, column {column} of the template" in error.message
    assert message in error.message
    assert not error.message.endswith(" at 7")
    assert (await call("prompts/render", content="{{ 1 + 1 }}"))["text"] == "2"


@pytest.mark.parametrize(
    "content",
    [
        "{{ lipsum() }}",
        "{{ [1, 2] | random }}",
        "{{ cycler(1) }}",
        "{{ [1] | map('abs') }}",
        "{{ '%s' | format([1] | map('abs')) }}",
        "{{ [[1] | map('abs')] | join }}",
    ],
)
async def test_a_template_gives_the_same_text_each_time(call, content):
    """What is random, or prints as a place in memory, is an error that says so."""
    assert (await call.error("prompts/render", content=content)).code == 106
    steady = "{{ range(2) }} {{ [1, 'x'] | map('string') | join('-') }} {{ none }} {{ 1.5 }}"
    assert (await call("prompts/render", content=steady))["text"] == "range(0, 2) 1-x None 1.5"


async def test_a_part_of_a_given_text_is_an_error_and_not_missing(call):
    """No form could fill it in; a part of what is not given is asked for by its name."""
    error = await call.error("prompts/render", content="{{ a.b.c }}", variables={"a": "text"})
    assert "has no attribute 'b'" in error.message
    found = await call("prompts/render", content="{{ a.b.c }}")
    assert (found["text"], found["missing"]) == ("{{ a.b.c }}", ["a"])
    shown = "<x at 0x7f00> {{ a }}"
    given = await call("prompts/render", content=shown, variables={"a": "<y at 0x7f11>"})
    assert given["text"] == "<x at 0x7f00> <y at 0x7f11>"


async def test_a_prompt_is_kept_and_opens_whatever_its_template_costs(call, monkeypatch):
    """Naming its variables takes too long: it has none to ask for, and nothing else is lost."""
    await call("prompts/render", content="{{ x }}")
    with monkeypatch.context() as hurried:
        hurried.setattr(templates, "DEADLINE_S", 0.0001)
        made = await call("prompts/create", name="Costly", content="{{ costly }}" * 1000)
        assert made["variables"] == []
        assert (await call("prompts/get", id=made["id"]))["content"] == made["content"]
    assert (await call("prompts/get", id=made["id"]))["variables"] == ["costly"]


async def test_an_endless_template_is_stopped(call, monkeypatch):
    """The next one is answered as if nothing had happened."""
    monkeypatch.setattr(templates, "DEADLINE_S", 0.7)
    loops = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    assert (await call.error("prompts/render", content=loops)).code == 600
    assert (await call("prompts/render", content="{{ 'on' }}"))["text"] == "on"


async def test_exported_prompts_come_in_again_as_they_were(call):
    """Any name, description, tags and content survive the way out and in."""
    made = [
        await call(
            "prompts/create", name=name, content=content, description=description, tags=tags,
            favorite=favorite,
        )
        for name, content, description, tags, favorite in (
            ('A "quoted": name #1', "---\nname: inside\n---\n\ntext", "yes", ["x, y", "[z]"], True),
            ("true", "no newline at the end", "it's: 'so' # not a comment", [], False),
            ("ünï/日 ../..\\x", "\n\n# Title\r\n", " - dash", ["a"], False),
        )
    ]  # fmt: skip
    files = (await call("prompts/export", ids=[p["id"] for p in made]))["files"]
    assert all(f["name"].endswith(".prompt.md") and "/" not in f["name"] for f in files)
    for prompt in made:
        await call("prompts/delete", id=prompt["id"])
    report = await call("prompts/import", files=files)
    assert report["skipped"] == []
    for old, head in zip(made, report["prompts"], strict=True):
        new = await call("prompts/get", id=head["id"])
        kept = ("name", "description", "tags", "favorite")
        assert {k: new[k] for k in kept} == {k: old[k] for k in kept}
        assert new["content"] == old["content"].replace("\r\n", "\n")


async def test_a_prompt_is_what_its_edited_text_says(call):
    """Name, head and content; the links to projects stay, and an old text is refused."""
    made = await call("prompts/create", name="To edit", content="a {{ b }}", tags=["x"])
    seen = await call("prompts/markdown", id=made["id"])
    assert seen["name"] == "To edit"
    text = (
        seen["text"].replace("To edit", "Edited/here").replace("favorite: false", "favorite: true")
    )
    saved = await call(
        "prompts/saveMarkdown", id=made["id"], text=f"{text} {{{{ c }}}}", version=seen["version"]
    )
    assert (saved["name"], saved["favorite"], saved["tags"]) == ("Edited/here", True, ["x"])
    assert (saved["content"], saved["variables"]) == ("a {{ b }} {{ c }}", ["b", "c"])
    late = await call.error(
        "prompts/saveMarkdown", id=made["id"], text=text, version=seen["version"]
    )
    assert late.code == 105
    bare = await call("prompts/saveMarkdown", id=made["id"], text="only content")
    assert (bare["name"], bare["content"], bare["tags"]) == ("Edited/here", "only content", [])
    (*_, first) = (await call("prompts/versions", id=made["id"]))["versions"]
    assert (first["name"], first["content"]) == ("To edit", "a {{ b }}")


async def test_file_names_of_an_export_differ(call):
    """Names that look alike to a file system get numbers."""
    ids = [
        (await call("prompts/create", name=name, content="c"))["id"]
        for name in ("same?", "same!", "SAME", "???")
    ]
    files = (await call("prompts/export", ids=ids))["files"]
    assert [f["name"] for f in files] == [
        "same.prompt.md", "same-2.prompt.md", "SAME-3.prompt.md", "prompt.prompt.md",
    ]  # fmt: skip


async def test_other_tools_files_are_understood(call):
    """GitHub's prompts, Cursor's rules and Continue's prompts, by folder and by file."""
    report = await call(
        "prompts/import",
        paths=[".github/prompts", ".cursor/rules/style.mdc", ".continue/prompts", "docs/empty.md",
               "gone.md", "../outside.md"],
    )  # fmt: skip
    got = {p["name"]: await call("prompts/get", id=p["id"]) for p in report["prompts"]}
    assert {name: p["content"] for name, p in got.items()} == {
        "review": "Review {{ file }}.\n",
        "plain": "No head at all.\n",
        "style": "# Use tabs\n",
        "Write tests": "Tests, please.\n",
    }
    assert got["review"]["description"] == "Review it"
    reasons = {entry["name"]: entry["reason"] for entry in report["skipped"]}
    assert set(reasons) == {"docs/empty.md", "gone.md", "../outside.md"}
    assert "no text" in reasons["docs/empty.md"]


async def test_conflicts_are_resolved_as_asked(call):
    """Skip says so, replace keeps the record, rename makes another."""
    made = await call("prompts/create", name="conflict", content="mine")
    file = {"name": "conflict.md", "text": "theirs"}
    skipped = await call("prompts/import", files=[file])
    assert "already" in skipped["skipped"][0]["reason"]
    renamed = await call("prompts/import", files=[file], onConflict="rename")
    assert renamed["prompts"][0]["name"] == "conflict 2"
    replaced = await call("prompts/import", files=[file], onConflict="replace")
    assert replaced["prompts"][0]["id"] == made["id"]
    assert (await call("prompts/get", id=made["id"]))["content"] == "theirs"
    assert len((await call("prompts/versions", id=made["id"]))["versions"]) == 1


async def test_everything_can_be_exported_at_once(call):
    """No ids mean all, each as its own file."""
    files = (await call("prompts/export"))["files"]
    count = len((await call("prompts/list", limit=1000))["prompts"])
    assert len(files) == count > 10
    assert len({f["name"].casefold() for f in files}) == count
    assert json.dumps(files)


async def test_a_model_rewrites_and_chooses_prompts(call):
    """What comes is no change yet, and invented prompts fall away."""
    made = await call("prompts/create", name="to improve", content="Do {{ it }}")
    ids = json.dumps({"ids": [made["id"], "invented"]})
    script = await modelled(call, Said("Please do {{ it }}"), Said("Better text"), Said(ids))
    better = await call("prompts/optimize", id=made["id"], wishes="be polite")
    assert better["content"] == "Please do {{ it }}"
    assert "be polite" in script.requests[0].messages[0].content
    assert (await call("prompts/get", id=made["id"]))["content"] == "Do {{ it }}"
    assert (await call("prompts/optimize", content="a text"))["content"] == "Better text"
    found = await call("prompts/suggest", query="improve something")
    assert [p["name"] for p in found["prompts"]] == ["to improve"]
    script.assert_used()
