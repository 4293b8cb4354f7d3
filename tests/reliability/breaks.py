"""Builds broken on purpose, each with the tests that have to fail on it: `breaks.py [WORD]`.

A test that must pass is worth what it has been seen to catch. Each break is one change of a copy of
the package; what is not caught is named, and the exit code says so. `scripts/soak breaks` runs all.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "server" / "octoprompt"
STORE = "tests/reliability/test_store.py"
SERVER = "tests/reliability/test_store_server.py"
DISK = "tests/reliability/test_store_disk.py"
GATEWAY = "tests/unit/llm/test_gateway.py"
FAULTS = "tests/reliability/test_llm_faults.py"
LINE = "tests/reliability/test_llm_line.py"
OVERFLOW = "tests/reliability/test_llm_overflow.py"
DUPLEX = "tests/reliability/test_duplex.py"
CHATS = "tests/features/test_chats.py"
UPGRADE = "tests/reliability/test_store_upgrade.py"
STANDING = "tests/unit/store/test_standing.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """One fault that somebody could put into the program."""

    rule: str
    """The promise that it breaks."""
    what: str
    file: str
    """Within the package."""
    old: str
    """Stands in the file exactly once."""
    new: str
    tests: tuple[str, ...]
    """All of them have to fail."""
    settings: dict[str, str] = field(default_factory=dict[str, str])
    """How long the tests try."""


ACKNOWLEDGE_EARLY = """
        loop = asyncio.get_running_loop()
        early = loop.create_future()

        def soon(connection: Connection) -> T:
            result = work(connection)
            loop.call_soon_threadsafe(early.set_result, result)
            pause(0.03)
            return result

        late = asyncio.wrap_future(self._writer.submit(self.write_now, soon))
        await asyncio.wait((early, late), return_when="FIRST_COMPLETED")
        return await (early if early.done() else late)
"""
BREAKS = (
    Break(
        rule="D1, D2: what was answered is there after a kill",
        what="a write is answered before its commit",
        file="database/access.py",
        old="        return await asyncio.wrap_future(self._writer.submit(write_then))\n",
        new=ACKNOWLEDGE_EARLY,
        tests=(f"{STORE}::test_kills_lose", f"{SERVER}::test_a_killed_server"),
        settings={"OCTOPROMPT_KILLS": "12", "OCTOPROMPT_STORE_KILLS": "6"},
    ),
    Break(
        rule="D2: at most a second of a streamed answer is lost",
        what="what comes in is written down once a minute",
        file="chat/growth.py",
        old="            await asyncio.sleep(KEEP_S)\n",
        new="            await asyncio.sleep(60)\n",
        tests=("tests/reliability/test_chats_server.py::test_a_killed_server",),
    ),
    Break(
        rule="D3: no update is lost between windows",
        what="a selection is saved whatever its version",
        file="store/selections.py",
        old="    if change.version is not None and change.version != entity.version:\n",
        new="    if False:\n",
        tests=(f"{STORE}::test_saves_of_one_record",),
    ),
    Break(
        rule="D3: windows see each other's changes within two seconds",
        what="a window looks every ten seconds",
        file="store/changes.py",
        old="POLL_SECONDS = 1.0\n",
        new="POLL_SECONDS = 10.0\n",
        tests=(f"{SERVER}::test_a_second_window",),
    ),
    Break(
        rule="D4: it works again when the disk does",
        what="a connection that the disk failed goes back to the pool",
        file="database/access.py",
        old="        connection.invalidate()\n",
        new="        connection.rollback()\n",
        tests=(f"{DISK}::test_a_failing_disk",),
        settings={"OCTOPROMPT_FAULTS": "25"},
    ),
    Break(
        rule="D4: an error of the disk is one of ours",
        what="errors of the database are not translated",
        file="store/sessions.py",
        old="        raise store_problem(error) from error\n",
        new="        raise\n",
        tests=(f"{DISK}::test_a_failing_disk",),
    ),
    Break(
        rule="D5: a folder that cannot be written is opened read-only, or told",
        what="what cannot be opened as usual is not opened",
        file="store/opening.py",
        old="            return _open_otherwise(place, str(error))\n",
        new="            raise\n",
        tests=("tests/unit/store/test_places.py", "tests/unit/store/test_opening.py"),
    ),
    Break(
        rule="D6: damage is noticed",
        what="nobody looks at the pages after a crash",
        file="store/health.py",
        old="    if thoroughly and (problem",
        new="    if not thoroughly and (problem",
        tests=(f"{STORE}::test_damaged_files",),
    ),
    Break(
        rule="D6: a lost file is told, and comes back from the backup",
        what="nothing is remembered of the database outside of it",
        file="store/place.py",
        old='            case {"instance": str(instance), "schema": str(schema)}:\n',
        new='            case {"instance": str(instance), "schema": str(schema), "": _}:\n',
        tests=(f"{STORE}::test_damaged_files", "tests/unit/store/test_opening.py"),
    ),
    Break(
        rule="D6: the damaged file is kept",
        what="it is deleted instead of set aside",
        file="store/place.py",
        old="            path.rename(aside.with_name(aside.name + suffix))\n",
        new="            path.unlink()\n",
        tests=("tests/unit/store/test_opening.py::test_a_lost_database",),
    ),
    Break(
        rule="D7: an upgrade is whole or not at all",
        what="it runs outside of a transaction",
        file="store/opening.py",
        old='            connection.exec_driver_sql("BEGIN IMMEDIATE")\n',
        new="",
        tests=(f"{UPGRADE}::test_an_upgrade_that_is_killed",),
        settings={"OCTOPROMPT_UPGRADE_KILLS": "12"},
    ),
    Break(
        rule="D7: there is a verified backup before",
        what="none is made",
        file="store/opening.py",
        old='        back_up(place, f"before-{schema.HEAD}")\n',
        new="        pass\n",
        tests=(f"{UPGRADE}::test_each_old_schema",),
    ),
    Break(
        rule="D7: a newer schema is left alone",
        what="it is opened like any other",
        file="store/opening.py",
        old="    if schema.age(found.schema) is schema.Age.NEWER:\n",
        new="    if False:\n",
        tests=(f"{UPGRADE}::test_a_newer_schema",),
    ),
    Break(
        rule="D8: a bad row hides no other",
        what="a list that cannot be read at once is not read row by row",
        file="store/damage.py",
        old="        if not is_about_values(error):\n            raise\n    entity",
        new="        raise\n    entity",
        tests=("tests/unit/store/test_damage.py",),
    ),
    Break(
        rule="D9: what the user made is apart from the index",
        what="user data lies among the indexes",
        file="store/opening.py",
        old="    return settings.data_dir / FILE_NAME\n",
        new="    return settings.cache_dir / FILE_NAME\n",
        tests=("tests/reliability/test_index_recovery.py::test_what_the_user_made",),
    ),
    Break(
        rule="D10: one writer at a time while SQLite is old",
        what="nobody takes the lock",
        file="database/access.py",
        old="        if self._lock is None:\n            yield\n",
        new="        if self._lock is not self:\n            yield\n",
        tests=("tests/unit/store/test_sharing.py::test_a_write_waits",),
    ),
    Break(
        rule="D11: a clock that is ahead empties nothing",
        what="a month by the clock is enough",
        file="store/bin.py",
        old="            return _purge(session, min(now() - KEPT, first))\n",
        new="            return _purge(session, now() - KEPT)\n",
        tests=("tests/unit/store/test_care.py::test_a_clock_that_is_ahead",),
    ),
    Break(
        rule="D11: an update never goes back in time",
        what="the clock is taken at its word",
        file="store/entities.py",
        old="        self.updated_at = max(now(), self.updated_at)\n",
        new="        self.updated_at = now()\n",
        tests=(f"{DISK}::test_a_clock_that_jumps",),
    ),
    Break(
        rule="D12: what was answered outlives the power",
        what="a commit does not wait for the disk",
        file="store/opening.py",
        old='    access = Access(open_engine(sqlite_url(place.database), "FULL"),',
        new='    access = Access(open_engine(sqlite_url(place.database), "NORMAL"),',
        tests=(f"{DISK}::test_power_loss_keeps",),
    ),
    Break(
        rule="a deleted or replaced file costs nothing that was answered",
        what="nobody looks before a write whether the file is still there",
        file="store/opening.py",
        old="    access.guard(standing.is_here)\n",
        new="",
        tests=(f"{STANDING}::test_a_window_that_has_not_looked",),
    ),
    Break(
        rule="a replaced file is not mixed with the log of the old one",
        what="the log stays where it is",
        file="store/opening.py",
        old="        self.standing.clear_up()\n",
        new="",
        tests=(f"{STANDING}::test_another_file",),
    ),
    Break(
        rule="going back to a backup can be taken back",
        what="projects and the number of changes go back as well",
        file="store/going_back.py",
        old="        _make_it_go_on(ready, now)\n",
        new="",
        tests=("tests/features/test_data.py::test_a_backup_is_gone_back_to",),
    ),
)

HOSTILE = "tests/reliability/test_agents_hostile.py"
INJECTED = "tests/reliability/test_agents_injected.py"
SHOWN = "tests/reliability/test_agents_shown.py"
EDITS = "tests/reliability/test_agents_edits.py"
AGENTS = "tests/features/test_agents.py"
AUTOMATIC = "tests/features/test_automatic_summaries.py"
WIRE_EDITS = "tests/e2e/test_edits.py"
FEW = {"OCTOPROMPT_INJECTIONS": "4", "OCTOPROMPT_IGNORED": "200"}
BREAKS += (
    Break(
        rule="A1: no tool shows what is outside or may not be shown",
        what="a tool shows whatever path it is given",
        file="agents/tools.py",
        old="        if not self._index.lists(path) or sensitive(path):\n",
        new="        if False:\n",
        tests=(f"{HOSTILE}::test_no_tool_shows", f"{SHOWN}::test_every_tool"),
        settings=FEW,
    ),
    Break(
        rule="A3, A4: protected files are written after a yes of their own",
        what="applying asks nobody",
        file="agents/edits/desk.py",
        old="            if found and edit.id not in consent.confirmed:\n",
        new="            if False:\n",
        tests=(f"{HOSTILE}::test_an_obedient_model", f"{INJECTED}::test_an_obedient_model"),
        settings=FEW,
    ),
    Break(
        rule="A5: no secret is in a question",
        what="found lines are shown as they are",
        file="agents/tools.py",
        old="split_lines(masked_file(file.hash, file.text)[0])",
        new="split_lines(file.text)",
        tests=(f"{SHOWN}::test_no_secret",),
    ),
    Break(
        rule="A4, A9: nothing is executed",
        what="a tool that is unknown is a command",
        file="agents/tools.py",
        old="        tool = self._tools.get(name)\n",
        new="        tool = self._tools.get(name)\n        __import__('os').system('true')\n",
        tests=(f"{INJECTED}::test_an_obedient_model",),
        settings=FEW,
    ),
    Break(
        rule="A7: what was applied is undone byte for byte",
        what="undoing gives back what the agent saw, not what was there",
        file="agents/edits/desk.py",
        old="            before=self._content(edit.undo_hash),\n",
        new="            before=self._content(edit.applied_hash),\n",
        tests=(f"{EDITS}::test_what_was_applied",),
    ),
    Break(
        rule="A7, A11: a person's change is never lost",
        what="undoing does not look at the file",
        file="agents/edits/desk.py",
        old="        if not overwrite and not await ",
        new="        if False and not await ",
        tests=(f"{EDITS}::test_a_persons_change", f"{EDITS}::test_an_agent_is_not_undone"),
    ),
    Break(
        rule="A11: what nobody reviewed is ticked in the editor first",
        what="a merged change of an open text asks nobody",
        file="agents/edits/in_editor.py",
        old='    return preview == "open" or step.is_merged\n',
        new='    return preview == "open"\n',
        tests=("tests/features/test_edits.py::previewed_in_the_editor", f"{WIRE_EDITS}::reviewed"),
    ),
    Break(
        rule="A11: what an editor answers to a preview is not believed",
        what="an edit is applied when the editor says so",
        file="agents/edits/desk.py",
        old="        if now == text.after:\n",
        new="        if is_taken:\n",
        tests=("tests/features/test_edits.py::preview", f"{WIRE_EDITS}::believed"),
    ),
    Break(
        rule="A10: nothing of an untrusted workspace is run",
        what="git is started whether or not the workspace is trusted",
        file="workspace/git.py",
        old="        if not self.trusted:\n",
        new="        if False:\n",
        tests=("tests/reliability/test_agents_untrusted.py",),
    ),
    Break(
        rule="A11: two windows that apply one edit leave it applied",
        what="whoever comes last has it",
        file="store/edits.py",
        old="            if entity.version != edit.version:\n",
        new="            if False:\n",
        tests=("tests/features/test_edits.py::test_two_windows",),
    ),
    Break(
        rule="nothing is asked by itself that nobody allowed",
        what="a change is summarised whether or not that is allowed",
        file="settings.py",
        old="    daily_tokens: int = Field(default=0, ge=0)\n",
        new="    daily_tokens: int = Field(default=99_999, ge=0)\n",
        tests=(f"{AUTOMATIC}::test_nothing_is_asked",),
    ),
    Break(
        rule="nothing is asked by itself beyond what is allowed",
        what="the answer to come is not reckoned with",
        file="agents/work.py",
        old="            await self._refuse_beyond(messages, options)\n",
        new="",
        tests=(f"{AUTOMATIC}::never_takes", f"{AUTOMATIC}::never_costs"),
    ),
    Break(
        rule="Runs: a resumed run pays for nothing twice",
        what="a run forgets its answers",
        file="agents/memory.py",
        old="        return self._known.get(name)\n",
        new="        return None\n",
        tests=(f"{AGENTS}::test_a_stopped_run",),
    ),
    Break(
        rule="L8: a model that always calls tools is stopped",
        what="steps are not counted",
        file="agents/work.py",
        old="        if usage.steps >= budget.steps:\n",
        new="        if False:\n",
        tests=(f"{AGENTS}::test_a_run_stops_at_its_budget",),
    ),
    Break(
        rule="L1: every wait for a model has its limit",
        what="a stream that stands still is waited for",
        file="llm/gateway.py",
        old="                    async with asyncio.timeout_at(min(end, due)):\n",
        new="                    async with asyncio.timeout_at(end):\n",
        tests=(f"{GATEWAY}::test_every_wait",),
    ),
    Break(
        rule="L2: an answer that was cut is never taken for whole",
        what="a stream that just ends is complete",
        file="llm/gathering.py",
        old="        if reason in WHOLE or ending.is_marked:\n",
        new="        if True:\n",
        tests=(f"{GATEWAY}::test_completeness", f"{FAULTS}::eof"),
    ),
    Break(
        rule="L2: an empty answer is told",
        what="nothing passes for an answer",
        file="llm/gathering.py",
        old="        if not self._has_content():\n",
        new="        if False:\n",
        tests=(f"{GATEWAY}::test_completeness",),
    ),
    Break(
        rule="L3: nothing is asked again once an answer has begun",
        what="a broken answer is asked for anew",
        file="llm/gateway.py",
        old="        if self._gathering.has_begun:\n",
        new="        if False:\n",
        tests=(f"{GATEWAY}::test_nothing_is_tried_again", f"{GATEWAY}::test_reasoning_counts"),
    ),
    Break(
        rule="L3: a provider that asks for time gets it",
        what="the wait that a provider names is not kept",
        file="llm/retries.py",
        old="    asked = retry_after_s(failure)\n",
        new="    asked = None\n",
        tests=(f"{GATEWAY}::test_the_providers_wait", f"{FAULTS}::test_waits_that_providers"),
    ),
    Break(
        rule="L4: who stops an answer closes its connection",
        what="the child is not told that nobody waits",
        file="duplex.py",
        old='            self._outbox.put(framed(("end", number, None)))\n',
        new="",
        tests=(f"{LINE}::test_cancelling_closes", f"{DUPLEX}::test_leaving_cancels"),
    ),
    Break(
        rule="L4: one answer that is stopped ends no other",
        what="a child that waits for a processor is taken for one that hangs",
        file="duplex.py",
        old="(self._heard > asked or _starves(self.pid, used))",
        new="self._heard > asked",
        tests=(f"{DUPLEX}::no_processor",),
    ),
    Break(
        rule="L6: what does not fit is not sent",
        what="a request is sent however long it is",
        file="chat/meter.py",
        old="    if not meter.over_by:\n        return\n",
        new="    if meter:\n        return\n",
        tests=(f"{OVERFLOW}::test_what_fits", f"{CHATS}::test_what_does_not_fit"),
    ),
    Break(
        rule="L7: a key is nowhere but with its provider",
        what="known keys are not masked",
        file="redaction.py",
        old="    return text if forms is None else forms.sub(MASK, text)\n",
        new="    return text\n",
        tests=("tests/reliability/test_llm_secrets.py::found_nowhere",),
    ),
    Break(
        rule="Chats: an excluded message is not sent",
        what="what is left out is sent all the same",
        file="chat/assembly.py",
        old="    sent = [message for message in material.branch if message.is_sent]\n",
        new="    sent = list(material.branch)\n",
        tests=(f"{CHATS}::test_an_excluded_message",),
    ),
    Break(
        rule="Chats: what a message is asked with is sent",
        what="contexts stay at home",
        file="chat/assembly.py",
        old="        if text\n    ]\n",
        new="        if text\n    ][:0]\n",
        tests=(f"{CHATS}::test_a_context_goes_before", f"{CHATS}::test_a_refreshed"),
    ),
    Break(
        rule="Chats: an answer of a dead server can be continued",
        what="what a dead server left stays as it was",
        file="chat/conversations.py",
        old="        count = await self._store.streams.interrupt(gone)\n",
        new="        count = 0\n",
        tests=("tests/reliability/test_chats_server.py::test_a_killed_server",),
    ),
)


def attempt(broken: Break, test: str) -> str:
    """Run one test on a broken copy; give what pytest says of it at the end."""
    with tempfile.TemporaryDirectory(prefix="octo-break-") as name:
        copy = Path(shutil.copytree(PACKAGE, Path(name) / "octoprompt"))
        target = copy / broken.file
        target.write_text(target.read_text("utf-8").replace(broken.old, broken.new), "utf-8")
        env = {**os.environ, **broken.settings, "PYTHONPATH": name}
        file, _, word = test.partition("::")
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", file]
        command += ["-k", word] if word else []
        done = subprocess.run(
            command, cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )
        last = (done.stdout.strip().splitlines() or [done.stderr])[-1]
        return f"{'caught' if done.returncode == 1 else 'NOT CAUGHT'}: {last}"


def main(word: str) -> int:
    """Try the breaks whose rule, text or file has the word; give how many were not caught."""
    missed = 0
    for broken in BREAKS:
        if word not in f"{broken.rule} {broken.what} {broken.file}":
            continue
        for test in broken.tests:
            began = time.monotonic()
            said = attempt(broken, test)
            missed += not said.startswith("caught")
            sys.stdout.write(
                f"{broken.rule}\n    {broken.what}\n    {test}: {said} "
                f"[{time.monotonic() - began:.0f} s]\n"
            )
            sys.stdout.flush()
    return missed


if __name__ == "__main__":
    sys.exit(1 if main("".join(sys.argv[1:2])) else 0)
