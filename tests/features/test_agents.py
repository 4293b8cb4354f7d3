"""Agents through the endpoint: what they are shown, what they may do, what comes of it."""

import asyncio
import json
import shutil

import pytest
import pytest_asyncio

from octoprompt.agents import runner
from octoprompt.errors import StaleVersion
from octoprompt.llm.gateway import Gateway
from octoprompt.llm.line import Ending, Failure
from octoprompt.llm.request import ToolCall
from octoprompt.llm.scripted import Fails, Hangs, Said, Script
from octoprompt.settings import WorkspaceOptions
from support.chatting import chatting
from support.server import FILES, git, make_repository

pytestmark = pytest.mark.asyncio(loop_scope="module")
SECRET = "sk-ant-api03-" + "b7Q2x9LmPz4Kd8Wc" * 3
TREE = {
    **FILES,
    ".env": f"KEY={SECRET}\n",
    "build/out.py": "generated = True\n",
    "shop/pay.py": f'TOKEN = "{SECRET}"\n\n\ndef pay(total):\n    return total > 0\n',
}
CHANGE = """\
I raise the price.

shop/prices.py
<<<<<<< SEARCH
    return {'apple': 3}[item]
=======
    return {'apple': 4}[item]
>>>>>>> REPLACE
"""

CHANGE_OF_TEXT = (
    "README.md\n<<<<<<< SEARCH\nSells apples.\n=======\nSells (pears.\n>>>>>>> REPLACE\n"
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window(tmp_path_factory):
    """A window on a small repository with secrets and an ignored folder."""
    folder = tmp_path_factory.mktemp("agents")
    async with chatting(folder, make_repository(folder / "shop", TREE)) as window:
        yield window


def tool(called, /, **arguments):
    """Give a call in the textual protocol."""
    return Said(f"```tool\n{json.dumps({'name': called, 'arguments': arguments})}\n```")


def as_json(**values):
    """Give an answer of JSON."""
    return Said(json.dumps(values))


class Answering(Script):
    """A line that answers by what is in the question, however often and in whatever order."""

    def __init__(self, answers):
        super().__init__()
        self.answers = answers
        self.asked = []

    async def attempt(self, request, key, limits):
        """Answer the question."""
        del key, limits
        question = "\n".join(m.content for m in request.messages if m.role != "assistant")
        self.asked.append(question)
        found = next(said for mark, said in self.answers.items() if mark in question)
        async for event in found.play():
            yield event


@pytest.fixture(autouse=True)
def played(window):
    """Each test begins with an empty script, and plays all of its own."""
    window.script = Script()
    yield
    window.script.assert_used()


async def run(window, kind, *scenes, **params):
    """Let an agent run while the model plays its scenes."""
    window.play(*scenes)
    return await window("agents/run", kind=kind, **params)


def asked(window, number=-1):
    """Give all that the model was shown with a question."""
    return "\n\n".join(m.content for m in window.script.requests[number].messages)


async def test_a_question_is_answered_after_looking(window):
    """The model reads with tools, its answer is the summary, and the log has every step."""
    ended = await run(
        window, "ask",
        tool("read_file", path="shop/cart.py", start_line=6, end_line=8),
        Said("`Cart.total` sums: shop/cart.py:8, and shop/nowhere.py:3."),
        request="How is the total made?",
    )  # fmt: skip
    assert ended["status"] == "complete"
    assert ended["summary"].startswith("`Cart.total` sums")
    assert ended["summary"].endswith("*These places do not exist: `shop/nowhere.py:3`.*")
    assert "def total" in asked(window)
    assert ended["usage"]["steps"] == 2
    log = (await window("agents/log", runId=ended["runId"]))["entries"]
    assert [e["kind"] for e in log] == [
        "step", "question", "answer", "tool", "question", "answer", "step",
    ]  # fmt: skip
    progress = [params for method, params in window.told if method == "agents/progress"]
    assert [p["runId"] for p in progress] == [ended["runId"]] * 2
    listed = (await window("agents/list"))["runs"]
    assert (listed[0]["id"], listed[0]["status"]) == (ended["runId"], "complete")
    got = await window("agents/get", runId=ended["runId"])
    assert got["result"] == ended


async def test_a_provider_with_tools_gets_them(window):
    """Calls and their results go the provider's own way."""
    await window("providers/configure", id="open", kind="openai", model="gpt-4.1")
    call = ToolCall(id="c1", name="find_symbols", arguments='{"query": "Cart"}')
    window.play(Said("", tool_calls=[call]), Said("There."))
    await window("providers/setKey", id="open", key="k" * 20)
    ended = await window("agents/run", kind="ask", request="Where?", providerId="open")
    assert ended["summary"] == "There."
    first, second = window.script.requests
    assert {t.name for t in first.tools} >= {"read_file", "search", "outline"}
    assert [m.role for m in second.messages] == ["system", "user", "assistant", "tool"]
    assert "shop/cart.py:6: class Cart" in second.messages[-1].content
    await window("providers/remove", id="open")


async def test_tools_stay_within_what_may_be_shown(window):
    """Outside paths, ignored files and secrets are refused or masked, whatever is asked for."""
    refused = [
        *("../etc/passwd", "/etc/passwd", ".env", "build/out.py", ".git/config", "~/x", "nope.py"),
        *("shop/../../x", "shop\\..\\..\\x", "file:///etc/passwd", "shop", "", "a\x00b"),
    ]
    scenes = [tool("read_file", path=path) for path in refused]
    await run(window, "ask", *scenes, Said("I tried."), request="Read all")
    for number in range(1, len(refused) + 1):
        assert "error:" in window.script.requests[number].messages[-1].content
    looks = (
        tool("read_file", path="shop/pay.py"), tool("search", query="sk-ant"),
        tool("search", query="KEY=", kind="regex"), tool("list_files", path=""),
        tool("outline", path="shop/cart.py"), tool("references", name="price_of"),
        tool("references", name="\ud800"), tool("read_file", path="shop/cart.py", end_line=-5),
        tool("shell", command="rm -rf /"), Said("```tool\nnonsense\n```"), Said("Done."),
    )  # fmt: skip
    await run(window, "ask", *looks, request="Find keys")
    everything = "".join(asked(window, n) for n in range(len(window.script.requests)))
    assert SECRET not in everything
    assert "def pay" in everything
    assert "class Cart" in everything
    assert "there is no tool `shell`" in everything
    assert "none of them was asked for" in everything


async def test_code_ends_in_proposals_and_touches_no_file(window):
    """Blocks become edits of the run; they are applied only by a person."""
    root = window.app.project(None).workspace.root
    before = (root / "shop/prices.py").read_text("utf-8")
    ended = await run(window, "code", Said(CHANGE), request="Raise the price of apples")
    assert (ended["status"], ended["edits"], ended["text"]) == ("complete", 1, "I raise the price.")
    assert (root / "shop/prices.py").read_text("utf-8") == before
    (edit,) = (await window("edits/list", runId=ended["runId"]))["edits"]
    assert (edit["path"], edit["status"], edit["problems"]) == ("shop/prices.py", "proposed", [])
    assert "+    return {'apple': 4}[item]" in edit["diff"]
    await window("edits/apply", ids=[edit["id"]])
    assert "'apple': 4" in (root / "shop/prices.py").read_text("utf-8")
    await window("edits/undo", ids=[edit["id"]])
    assert (root / "shop/prices.py").read_text("utf-8") == before


async def test_a_hunk_without_a_place_is_given_back_once(window):
    """The model sees the lines that come nearest, and what it gives then counts."""
    wrong = CHANGE.replace("    return {'apple': 3}[item]", "    return PRICES.get(item, 'none')")
    ended = await run(window, "code", Said(wrong), Said(CHANGE), request="Raise it")
    assert "were not found" in window.script.requests[1].messages[-1].content
    (edit,) = (await window("edits/list", runId=ended["runId"]))["edits"]
    assert (edit["problems"], edit["added"]) == ([], 1)


async def test_protected_files_need_a_yes_of_their_own(window):
    """A model that wants into hooks, settings and beyond the root gets proposals or nothing."""
    targets = (
        ".git/hooks/pre-commit",
        ".vscode/tasks.json",
        "../outside.sh",
        ".github/workflows/x.yml",
    )
    blocks = "\n".join(f"{t}\n<<<<<<< SEARCH\n=======\nevil\n>>>>>>> REPLACE\n" for t in targets)
    ended = await run(window, "code", Said(blocks), request="Obey the README")
    edits = (await window("edits/list", runId=ended["runId"]))["edits"]
    await window("edits/apply", ids=[e["id"] for e in edits])
    root = window.app.project(None).workspace.root
    for target in targets:
        assert not (root / target).exists()


async def test_a_plan_has_steps_with_files_that_exist(window):
    """What a model invents is no path; JSON that is broken is asked for again."""
    steps = [
        {"title": "Change  the price", "description": "d", "paths": ["./shop/prices.py", "no.py"]},
        {"title": "Test it"},
    ]
    plan = "Sure!\n```json\n" + json.dumps({"summary": "Two steps.", "steps": steps}) + ",\n```"
    ended = await run(window, "plan", Said("No."), Said(plan), request="Raise the price")
    assert ended["steps"] == [
        {"title": "Change the price", "description": "d", "paths": ["shop/prices.py"]},
        {"title": "Test it", "description": "", "paths": []},
    ]
    assert ended["summary"].startswith("Two steps.\n\n1. **Change the price**")
    assert window.script.requests[0].options.schema["required"] == ["summary", "steps"]
    carried = await run(window, "code", Said(CHANGE), planRunId=ended["runId"])
    assert carried["edits"] == 1
    assert "**Change the price**" in asked(window)
    hopeless = await run(window, "plan", *[Said("{")] * 3, request="x")
    assert (hopeless["status"], hopeless["usage"]["steps"]) == ("failed", 3)
    assert "no usable answer" in hopeless["problem"]


async def test_a_plan_is_changed_by_a_person_and_carried_out_so(window):
    """Its steps are what the text says now; who read an older one is told."""
    plan = as_json(summary="Old.", steps=[{"title": "Old step", "description": "", "paths": []}])
    ended = await run(window, "plan", plan, request="Raise the price")
    read = (await window("agents/get", runId=ended["runId"]))["run"]
    text = "New.\n\n1. **Raise it**\n   - `shop/prices.py`\n2. Test it\n"
    saved = await window("agents/savePlan", runId=read["id"], text=text, version=read["version"])
    assert (saved["summary"], saved["version"]) == (text, read["version"] + 1)
    result = (await window("agents/get", runId=read["id"]))["result"]
    assert [(s["title"], s["paths"]) for s in result["steps"]] == [
        ("Raise it", ["shop/prices.py"]),
        ("Test it", []),
    ]
    stale = {"runId": read["id"], "text": "x", "version": read["version"]}
    assert (await window.error("agents/savePlan", **stale)).code == StaleVersion.code
    await run(window, "code", Said("Done."), planRunId=read["id"])
    assert "2. Test it" in asked(window)
    other = (await window("agents/list", limit=1))["runs"][0]["id"]
    refused = await window.error("agents/savePlan", runId=other, text="x")
    assert "only a plan" in str(refused)


async def test_a_task_is_done_when_its_edits_are_applied(window):
    """Not before the last is applied or rejected, and open again when one is undone."""
    ticket = await window("tickets/create", title="Raise prices", tasks=["Apples"])
    (task,) = (await window("tickets/get", id=ticket["id"]))["tasks"]

    async def is_done():
        return (await window("tickets/get", id=ticket["id"]))["tasks"][0]["done"]

    async def counts():
        newest = (await window("agents/list", limit=1))["runs"][0]
        return newest["openEdits"], newest["appliedEdits"]

    blocks = CHANGE + "\nshop/new.py\n<<<<<<< SEARCH\n=======\nNEW = 1\n>>>>>>> REPLACE\n"
    ended = await run(window, "code", Said(blocks), ticketId=ticket["id"], taskId=task["id"])
    first, second = (await window("edits/list", runId=ended["runId"]))["edits"]
    assert first["hunks"][0]["text"] == "return {'apple': 4}[item]"
    assert await counts() == (2, 0)
    await window("edits/apply", ids=[first["id"]])
    assert (await is_done(), await counts()) == (False, (1, 1))
    await window("edits/reject", ids=[second["id"]])
    assert (await is_done(), await counts()) == (True, (0, 1))
    await window("edits/undo", ids=[first["id"]])
    assert (await is_done(), await counts()) == (False, (1, 0))
    await window("tasks/delete", id=task["id"])
    await window("edits/apply", ids=[first["id"]])
    await window("edits/undo", ids=[first["id"]])


async def test_summaries_are_paid_once(window):
    """Each content once; a folder gets an overview; what is unchanged is not asked again."""
    estimate = await window("agents/estimate", kind="summarize", paths=["shop"])
    assert (estimate["questions"], estimate["skipped"]) == (4, 0)
    scenes = [
        as_json(purpose=f"Summary {n}", exports=["a", "`b`"], facts=["Odd."]) for n in range(3)
    ]
    first = await run(window, "summarize", *scenes, Said("All of it"), paths=["shop"])
    assert first["summary"].startswith("All of it\n\n## `shop/cart.py`\n\nSummary")
    assert SECRET not in "".join(asked(window, n) for n in range(3))
    kept = await window("summaries/get", paths=["shop/cart.py"])
    (summary,) = kept["summaries"]
    assert summary["text"] == f"{summary['purpose']}\n\nExports: `a`, `b`\n\n- Odd."
    assert (summary["exports"], summary["facts"]) == (["a", "`b`"], ["Odd."])
    again = await run(window, "summarize", Said("All again"), paths=["shop"])
    assert again["usage"]["steps"] == 1
    one = await run(window, "summarize", paths=["shop/cart.py"])
    assert (one["usage"]["steps"], one["summary"][:7]) == (0, "Summary")
    assert (await window.error("agents/run", kind="summarize", paths=[".env"])).code == 100


async def test_one_content_that_two_runs_want_at_once_is_paid_once(window):
    """The second waits for the first one's answer: the script has no other, and all is used."""
    file = window.app.project(None).workspace.root / "twice.py"
    file.write_text("nobody_else_has_this = 2\n", "utf-8")
    await window("index/refresh")
    window.play(Said(json.dumps({"purpose": "Adds up."}), pause_s=0.05))
    calls = (window("agents/run", kind="summarize", paths=["twice.py"]) for _ in range(2))
    first, second = await asyncio.gather(*calls)
    assert first["status"] == second["status"] == "complete"
    assert first["summary"] == second["summary"] == "Adds up."
    assert sorted(e["usage"]["steps"] for e in (first, second)) == [0, 1]
    file.unlink()
    await window("index/refresh")


async def test_many_files_are_summarised_in_one_run(window):
    """Their price was said beforehand: the steps of other agents do not end it half-way."""
    root = window.app.project(None).workspace.root
    (root / "many").mkdir()
    for number in range(45):
        (root / f"many/{number}.py").write_text(f"n = {number}\n", "utf-8")
    await window("index/refresh")
    scenes = [as_json(purpose="P.")] * 45
    ended = await run(window, "summarize", *scenes, Said("All"), paths=["many"])
    assert (ended["status"], ended["usage"]["steps"]) == ("complete", 46)
    stopped = await run(window, "summarize", Said("All"), paths=["many"], budget={"steps": 1})
    assert stopped["status"] == "complete"
    shutil.rmtree(root / "many")
    await window("index/refresh")


async def test_a_file_without_a_usable_answer_keeps_no_other_from_being_summarised(window):
    """It is asked for three times, then named; a provider's failure ends the run."""
    root = window.app.project(None).workspace.root
    (root / "odd").mkdir()
    for name in ("a", "b"):
        (root / f"odd/{name}.py").write_text(f"{name} = 1\n", "utf-8")
    await window("index/refresh")
    window.script = Script()
    answers = {"a = 1": Said("{"), "b = 1": as_json(purpose="B."), "the summaries": Said("All.")}
    line = Answering(answers)
    window.app.gateway = Gateway(line)
    made = await window("agents/run", kind="summarize", paths=["odd"])
    assert (made["status"], len(line.asked)) == ("complete", 5)
    assert made["summary"].startswith("All.\n\n## `odd/b.py`\n\nB.\n\n## Not summarised")
    assert made["paths"] == ["odd/b.py"]
    shutil.rmtree(root / "odd")
    await window("index/refresh")


CUT_OFF = Ending(finish_reason="length", is_marked=True)


async def test_places_of_an_answer_are_looked_up(window):
    """Lines that are not there, ranges, files without endings; a host and its port are no place."""
    root = window.app.project(None).workspace.root
    (root / "LICENSE").write_text("Free.\n", "utf-8")
    (root / "logo.png").write_bytes(b"\x89PNG\0\0")
    await window("index/refresh")
    said = (
        "See shop/cart.py:1, shop/cart.py:0, shop/cart.py:1-999, shop/cart.py#L999, LICENSE:99,"
        " LICENSE:1, logo.png:3, http://127.0.0.1:8000 and localhost:80, example.com:80, step:3,"
        " none.py:4, web/none:5, `./shop/gone.py:6`."
    )
    ended = await run(window, "ask", Said(said), request="Where?")
    told = ended["summary"].partition("\n\n*These places do not exist: ")[2]
    assert ended["status"] == "complete"
    assert told == (
        "`shop/cart.py:0`, `shop/cart.py:1-999`, `shop/cart.py#L999`, `LICENSE:99`, `none.py:4`,"
        " `shop/gone.py:6`.*"
    )
    for name in ("LICENSE", "logo.png"):
        (root / name).unlink()
    await window("index/refresh")


async def test_an_answer_that_was_cut_off_says_so(window):
    """Words are shown with the note; what is of no use in part is refused, and stays in the log."""
    root = window.app.project(None).workspace.root
    (root / "README.md").write_text("# Shop\n\nSells pears.\n", "utf-8")
    for kind in ("ask", "review"):
        ended = await run(window, kind, Said("It begins", ending=CUT_OFF), request="How?")
        assert ended["status"] == "complete"
        assert ended["summary"].startswith("It begins\n\n*The answer was cut off")
    for kind, more in (("commitMessage", {}), ("optimizePrompt", {"request": "Explain"})):
        ended = await run(window, kind, Said("It begins", ending=CUT_OFF), **more)
        assert (ended["status"], "breaks off" in ended["problem"]) == ("failed", True)
    (root / "README.md").write_text(TREE["README.md"], "utf-8")


async def test_what_code_breaks_off_in_is_no_edit(window):
    """The last hunk of an open diff, and a line that is not whole, are left out and told."""
    whole = "@@ -1,1 +1,1 @@\n-# Shop\n+# Shops\n"
    diff = f"```diff\n--- a/README.md\n+++ b/README.md\n{whole}@@ -3,1 +3,1 @@\n-Sells app"
    ended = await run(window, "code", Said(diff, ending=CUT_OFF), request="x")
    (edit,) = (await window("edits/list", runId=ended["runId"]))["edits"]
    assert (edit["added"], edit["removed"], edit["problems"]) == (1, 1, [])
    assert "cut off" in ended["summary"]
    ended = await run(window, "code", Said("DELETE: shop/cart.p", ending=CUT_OFF), request="x")
    assert ended["edits"] == 0


async def test_what_has_its_place_is_proposed_when_asking_again_fails(window):
    """The first answer is paid for; what was missed is its problem, and the failure is said."""
    missed = CHANGE + "\nREADME.md\n<<<<<<< SEARCH\nnowhere\n=======\nhere\n>>>>>>> REPLACE\n"
    ended = await run(window, "code", Said(missed), request="x", budget={"steps": 1})
    assert (ended["status"], ended["edits"]) == ("complete", 2)
    assert "were not asked for again: the run took its 1 steps" in ended["summary"]
    edits = (await window("edits/list", runId=ended["runId"]))["edits"]
    assert [[p["kind"] for p in e["problems"]] for e in edits] == [[], ["missed"]]


async def test_a_review_says_what_it_did_not_see(window):
    """In the question, in the log and at its end."""
    root = window.app.project(None).workspace.root
    names = [f"fresh{n}.py" for n in range(12)]
    for name in names:
        (root / name).write_text("".join(f"line_{k} = {k}\n" for k in range(200)), "utf-8")
    (root / ".env").write_text("TOKEN=1\n", "utf-8")
    ended = await run(window, "review", Said("Fine."))
    seen = [name for name in names if f"+++ b/{name}" in asked(window)]
    left = [name for name in names if name not in seen]
    assert 0 < len(seen) < len(names)
    for name in (*left, ".env"):
        assert f"- `{name}`: " in asked(window)
        assert f"`{name}`" in ended["summary"]
    log = (await window("agents/log", runId=ended["runId"]))["entries"]
    assert any(e["message"].startswith("left out of the context") for e in log)
    for name in (*names, ".env"):
        (root / name).unlink()


async def test_tasks_are_added_once_and_kept_with_their_ticket(window):
    """Those that are there stay once; replacing takes them away first."""
    ticket = await window("tickets/create", title="Sell pears", tasks=["Add the price"])
    tasks = [
        {"title": "add the price!"},
        {"title": "Show pears", "description": "In the list", "paths": ["web/app.ts", "x"]},
    ]
    ended = await run(window, "generateTasks", as_json(tasks=tasks), ticketId=ticket["id"])
    assert [s["title"] for s in ended["steps"]] == ["Show pears"]
    kept = (await window("tickets/get", id=ticket["id"]))["tasks"]
    assert [t["content"] for t in kept] == ["Add the price", "Show pears"]
    assert "`web/app.ts`" in kept[1]["description"]
    await run(
        window, "generateTasks", as_json(tasks=[{"title": "Only this"}]), ticketId=ticket["id"],
        append=False,
    )  # fmt: skip
    kept = (await window("tickets/get", id=ticket["id"]))["tasks"]
    assert [t["content"] for t in kept] == ["Only this"]
    empty = await run(
        window, "generateTasks", as_json(tasks=[]), ticketId=ticket["id"], append=False
    )
    assert (empty["status"], "named no tasks" in empty["problem"]) == ("failed", True)
    kept = (await window("tickets/get", id=ticket["id"]))["tasks"]
    assert [t["content"] for t in kept] == ["Only this"]
    assert (await window.error("agents/run", kind="generateTasks")).code == 100


async def test_a_run_may_be_for_one_task(window):
    """The model sees which one, the run says so, and a task of another ticket is none."""
    ticket = await window("tickets/create", title="Sell pears", tasks=["Add it", "Show it"])
    task = (await window("tickets/get", id=ticket["id"]))["tasks"][1]
    await run(window, "code", Said("Done."), ticketId=ticket["id"], taskId=task["id"])
    assert asked(window).endswith("to be done now\n\nShow it")
    listed = (await window("agents/list", limit=1))["runs"][0]
    assert (listed["taskId"], listed["about"]) == (task["id"], "Show it")
    for wrong in ({"ticketId": ticket["id"], "taskId": "x"}, {"taskId": task["id"]}):
        assert (await window.error("agents/run", kind="code", **wrong)).code in (100, 102)


async def test_what_a_run_was_asked_for_can_be_asked_again(window):
    """Its ticket, its files and its plan included; the model sees the same."""
    ticket = await window("tickets/create", title="Sell plums")
    plan = await run(
        window, "plan", as_json(summary="One step.", steps=[{"title": "Add plums"}]),
        ticketId=ticket["id"],
    )  # fmt: skip
    ended = await run(
        window, "code", Said("Done."), ticketId=ticket["id"], planRunId=plan["runId"],
        paths=["shop/prices.py"],
    )  # fmt: skip
    shown = asked(window)
    again = (await window("agents/get", runId=ended["runId"]))["asked"]
    window.play(Said("Done."))
    await window("agents/run", **again)
    assert asked(window) == shown
    assert "Add plums" in shown


async def test_files_and_prompts_are_chosen_among_what_is_there(window):
    """Invented ones fall away."""
    paths = ["shop/prices.py", "shop/invented.py", "shop/prices.py"]
    ended = await run(window, "suggestFiles", as_json(paths=paths), request="price of an apple")
    assert ended["paths"] == ["shop/prices.py"]
    prompt = await window("prompts/create", name="Review", content="Review {{ file }}")
    ids = [prompt["id"], "invented"]
    ended = await run(window, "suggestPrompts", as_json(ids=ids), request="check my change")
    assert ended["promptIds"] == [prompt["id"]]
    better = await run(
        window, "optimizePrompt", Said("```\nBetter {{ file }}\n```"), promptId=prompt["id"]
    )
    assert better["text"] == "Better {{ file }}"
    assert (await window("prompts/get", id=prompt["id"]))["content"] == "Review {{ file }}"


async def test_changes_are_worded_and_reviewed(window):
    """From the diff that git sees; without one there is nothing to do."""
    root = window.app.project(None).workspace.root
    git(root, "add", "--all")
    git(root, "commit", "-qm", "what other tests left", "--allow-empty")
    for kind in ("commitMessage", "review"):
        assert (await window.error("agents/run", kind=kind)).code == 100
    (root / "README.md").write_text("# Shop\n\nSells pears.\n", "utf-8")
    worded = await run(window, "commitMessage", Said("Sell pears\n\nThey are ripe."))
    assert (worded["summary"], worded["text"]) == ("Sell pears", "Sell pears\n\nThey are ripe.")
    assert "+Sells pears." in asked(window)
    reviewed = await run(window, "review", Said("README.md:3: why pears?"))
    assert reviewed["summary"] == "README.md:3: why pears?"
    (root / "README.md").write_text(TREE["README.md"], "utf-8")


async def test_a_new_file_alone_is_worded_and_reviewed(window):
    """Git does not know it yet: it is a change all the same, and its text is shown."""
    path = window.app.project(None).workspace.root / "pears.py"
    path.write_text("PEARS = 7\n", "utf-8")
    for kind in ("commitMessage", "review"):
        ended = await run(window, kind, Said("Sell pears"))
        assert ended["status"] == "complete"
        assert "+PEARS = 7" in asked(window)
    path.unlink()


async def test_a_run_stops_at_its_budget(window):
    """Steps, tokens, cost and time; what it has is kept."""
    forever = [tool("list_files", path="")] * 3
    stopped = await run(window, "ask", *forever, request="x", budget={"steps": 3})
    assert (stopped["status"], stopped["usage"]["steps"]) == ("failed", 3)
    assert "3 steps" in stopped["problem"]
    spent = await run(window, "ask", forever[0], request="x", budget={"tokens": 5})
    assert "of its 5 tokens" in spent["problem"]
    free = await run(window, "ask", forever[0], request="x", budget={"costUsd": 1})
    assert "nobody knows what `m` costs" in free["problem"]
    priced = {"id": "m", "contextWindow": 8_000, "inputPrice": 1, "outputPrice": 1}
    await window(
        "providers/configure", id="dear", kind="custom", baseUrl="http://127.0.0.1:9/v1",
        model="m", models=[priced],
    )  # fmt: skip
    dear = await run(
        window, "ask", *forever[:2], request="x", providerId="dear", budget={"costUsd": 1.2e-5}
    )
    assert "of its 1.2e-05 USD" in dear["problem"]
    await window("providers/remove", id="dear")
    hanging = Hangs("")
    window.play(forever[0], hanging)
    late = await window("agents/run", kind="ask", request="x", budget={"seconds": 1})
    assert "longer than its 1 s" in late["problem"]
    assert hanging.was_cancelled


async def test_a_run_can_be_stopped_in_two_ways(window):
    """By its id the run answers; by cancelling the request it is kept as cancelled."""
    for is_request in (False, True):
        hanging = Hangs("thinking")
        window.play(hanging)
        running = asyncio.create_task(window("agents/run", kind="ask", request="x"))
        await hanging.began.wait()
        run_id = (await window("agents/list"))["runs"][0]["id"]
        if is_request:
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
        else:
            await window("agents/cancel", runId=run_id)
            assert (await running)["status"] == "cancelled"
        kept = await window("agents/get", runId=run_id)
        assert (kept["run"]["status"], hanging.was_cancelled) == ("cancelled", True)


async def test_a_stopped_run_goes_on_where_it_was(window):
    """What it was shown and answered counts; files that changed meanwhile change nothing of it."""
    root = window.app.project(None).workspace.root
    hanging = Hangs("")
    window.play(tool("read_file", path="shop/prices.py"), hanging)
    running = asyncio.create_task(window("agents/run", kind="code", request="Raise the price"))
    await hanging.began.wait()
    (stopped,) = (await window("agents/list", limit=1))["runs"]
    assert (await window.error("agents/resume", runId=stopped["id"])).code == 1003
    await window("agents/cancel", runId=stopped["id"])
    assert (await running)["status"] == "cancelled"
    asked_before = asked(window)
    (root / "new_file.py").write_text("x = 1\n", "utf-8")
    await window("index/refresh")
    window.play(Said(CHANGE))
    ended = await window("agents/resume", runId=stopped["id"])
    assert (ended["status"], ended["edits"], ended["usage"]["steps"]) == ("complete", 1, 2)
    assert asked(window) == asked_before
    kept = (await window("agents/get", runId=stopped["id"]))["run"]
    assert (kept["status"], kept["canResume"], kept["problem"]) == ("complete", False, None)
    assert (await window.error("agents/resume", runId=stopped["id"])).code == 1003
    assert not await window.app.store.runs.memory(stopped["id"])
    (root / "new_file.py").unlink()


async def test_only_the_newest_stopped_runs_are_remembered(window):
    """What the others had learnt is let go of; they say that they cannot be resumed."""
    ids = []
    for _ in range(3):
        ended = await run(
            window, "code", tool("list_files", path=""), request="x", budget={"steps": 1}
        )
        ids.append(ended["runId"])
    await window.app.store.past_runs.forget(kept=2)
    known = {r["id"]: r["canResume"] for r in (await window("agents/list"))["runs"]}
    assert [known[run_id] for run_id in ids] == [False, True, True]
    runs = window.app.store.runs
    assert [bool(await runs.memory(run_id)) for run_id in ids] == [False, True, True]
    assert (await window.error("agents/resume", runId=ids[0])).code == 1003
    assert await window.app.store.past_runs.forget(kept=2) == 0
    assert (await window("agents/get", runId=ids[0]))["run"]["status"] == "failed"


async def test_a_run_without_budget_goes_on_with_more(window):
    """The steps that it took count, and are not taken again; it proposes its edits once."""
    forever = [tool("list_files", path="")] * 2
    spent = await run(window, "code", *forever, request="x", budget={"steps": 2})
    assert spent["status"] == "failed"
    again = await window("agents/resume", runId=spent["runId"])
    assert "2 steps" in again["problem"]
    window.play(Said(CHANGE))
    ended = await window("agents/resume", runId=spent["runId"], budget={"steps": 5})
    assert (ended["status"], ended["usage"]["steps"], ended["edits"]) == ("complete", 3, 1)
    edits = window.app.store.edits
    assert len(await edits.list(spent["runId"])) == 1


async def test_several_runs_go_on_at_once(window):
    """Each has its own answers and its own account."""
    window.play(*(Said(f"answer {n}", pause_s=0.02) for n in range(3)))
    calls = (window("agents/run", kind="ask", request=f"q{n}") for n in range(3))
    ended = await asyncio.gather(*calls)
    assert sorted(e["summary"] for e in ended) == ["answer 0", "answer 1", "answer 2"]
    assert [e["usage"]["steps"] for e in ended] == [1, 1, 1]


async def test_a_failure_before_the_first_answer_is_an_error(window):
    """Later ones are in the result; the run is kept as failed either way."""
    window.play(Fails(Failure(kind="status", status=401)))
    error = await window.error("agents/run", kind="ask", request="x")
    assert error.data["error"] == "KeyRefused"
    assert (await window("agents/list", limit=1))["runs"][0]["status"] == "failed"
    later = await run(
        window, "ask", tool("list_files", path=""), Fails(Failure(kind="status", status=401)),
        request="x",
    )  # fmt: skip
    assert later["status"] == "failed"
    assert later["problem"]


async def test_a_run_that_ends_by_a_fault_of_ours_says_where_to_look(window, monkeypatch):
    """Its problem is told, not its inside."""

    async def broken(_work):
        raise ValueError("operands of other shapes")

    monkeypatch.setitem(runner.AGENTS, "ask", broken)
    error = await window.error("agents/run", kind="ask", request="What?")
    assert "operands" not in f"{error.message} {error.data}"
    run = (await window("agents/list", limit=1))["runs"][0]
    assert run["status"] == "failed"
    assert run["problem"] == runner.UNFORESEEN


async def test_agents_do_not_run_in_restricted_mode(tmp_path):
    """Nor are they estimated."""
    options = WorkspaceOptions(trusted=False)
    async with chatting(tmp_path, make_repository(tmp_path / "shop"), options) as window:
        for method in ("agents/run", "agents/estimate"):
            assert (await window.error(method, kind="ask", request="x")).code == 107


async def test_new_syntax_errors_are_flagged(window):
    """A file that would break says so before it is applied; one that is broken already does not."""
    broken = CHANGE.replace("[item]\n>>>", "[item\n>>>")
    root = window.app.project(None).workspace.root
    (root / "half.py").write_text("def half(:\n    return 1\n", "utf-8")
    more = "half.py\n<<<<<<< SEARCH\n    return 1\n=======\n    return 2\n>>>>>>> REPLACE\n"
    new = "new.py\n<<<<<<< SEARCH\n=======\ndef (:\n>>>>>>> REPLACE\n"
    ended = await run(window, "code", Said(broken + more + new + CHANGE_OF_TEXT), request="x")
    edits = (await window("edits/list", runId=ended["runId"]))["edits"]
    problems = {edit["path"]: [p["kind"] for p in edit["problems"]] for edit in edits}
    assert problems == {
        "shop/prices.py": ["syntax"], "half.py": [], "new.py": ["syntax"], "README.md": [],
    }  # fmt: skip
    lines = {edit["path"]: p["line"] for edit in edits for p in edit["problems"]}
    assert lines == {"shop/prices.py": 2, "new.py": 1}
    (root / "half.py").unlink()
