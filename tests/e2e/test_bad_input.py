"""What a workspace or a request can do wrong ends as an error or a reason, and costs nothing else.

One server, one folder with every awkward thing in it; each test also finds the good file intact.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

from support.client import Client, RpcFailure

GOOD = "def is_here() -> bool:\n    return True\n"
HUGE_BYTES = 100 * 1024 * 1024


@pytest.fixture(scope="module")
def awkward(tmp_path_factory):
    """A folder with everything that can go wrong, and one good file."""
    root = tmp_path_factory.mktemp("awkward")
    (root / "good.py").write_text(GOOD)
    (root / "binary.py").write_bytes(b"\x00\x01\x02" * 500)
    (root / "latin.py").write_bytes("# caf\xe9\ndef in_latin(): pass\n".encode("latin-1"))
    with (root / "huge.py").open("wb") as file:
        file.truncate(HUGE_BYTES)
    (root / "loop").symlink_to(root)
    (root / "dangling.py").symlink_to(root / "nowhere.py")
    (root / "outside.py").symlink_to("/etc/hostname")
    os.mkfifo(root / "pipe.py")
    (root / "to_pipe.py").symlink_to("pipe.py")
    (root / "linked.py").symlink_to("good.py")
    (root / "gone.py").write_text("def soon_gone(): pass\n")
    return root


@pytest.fixture(scope="module")
def client(awkward):
    """One server for the whole folder."""
    with Client(awkward) as client:
        client.until_idle()
        yield client


def good_file_is_there(client: Client) -> bool:
    """Whether the innocent file is searchable, outlined and buildable."""
    found = client.request("symbols/find", {"query": "is_here"})["symbols"]
    built = client.request("context/build", {"items": [{"path": "good.py"}], "budgetTokens": 500})
    return [hit["path"] for hit in found] == ["good.py"] and GOOD in built["text"]


def omitted(client: Client, path: str) -> str:
    """Why a file is not in a context that asks for it beside the good one."""
    items = [{"path": "good.py"}, {"path": path, "confirmed": True}]
    built = client.request("context/build", {"items": items, "budgetTokens": 2_000})
    assert GOOD in built["text"]
    return next(item["reason"] for item in built["omitted"] if item["path"] == path)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("binary.py", "binary"),
        (
            "huge.py",
            "has 100 MB, more than the limit of 2 MB: raise `octoprompt.index.maxFileBytes`",
        ),
        ("pipe.py", "not a"),
        ("loop", "folder"),
        ("dangling.py", "dangling.py"),
        ("outside.py", "outside"),
        ("unknown.py", "unknown.py"),
        ("../escape.py", "leads upwards"),
        ("/etc/passwd", "absolute"),
    ],
)
def test_what_cannot_be_sent_is_omitted_with_a_reason(client, path, says):
    """A file that cannot be in a context is left out with a reason that names the cause."""
    assert says.lower() in omitted(client, path).lower()


@pytest.mark.parametrize("path", ["binary.py", "huge.py", "pipe.py", "unknown.py", "../escape.py"])
def test_reading_it_is_a_file_problem(client, path):
    """`files/read` of such a file fails with one error of the 2xx family that names the path."""
    with pytest.raises(RpcFailure) as failure:
        client.request("files/read", {"path": path})
    assert 200 <= failure.value.code < 300
    assert Path(path).name in failure.value.message


def test_only_what_a_yes_would_send_is_offered(client):
    """The list says what is skipped and why, and of which files a yes would help."""
    entries = {entry["path"]: entry for entry in client.request("files/list")["entries"]}
    confirmable = {path for path, entry in entries.items() if entry["confirmable"]}
    assert confirmable == {"linked.py"}
    assert entries["huge.py"]["skipped"] == (
        "larger than 2 MB, the limit of `octoprompt.index.maxFileBytes`"
    )
    assert entries["outside.py"]["skipped"] == "a symbolic link that leads outside the folder"
    assert entries["dangling.py"]["skipped"] == "a symbolic link that leads nowhere"
    assert entries["loop"]["skipped"] == "a symbolic link to a folder"
    assert entries["to_pipe.py"]["skipped"] == "a symbolic link to what is not a regular file"
    assert "binary" in entries["binary.py"]["skipped"]
    items = [{"path": "linked.py", "confirmed": True}]
    built = client.request("context/build", {"items": items, "budgetTokens": 500})
    assert GOOD in built["text"]


def test_a_file_in_another_encoding_is_read(client):
    """A file that is not UTF-8 is still text, with its symbols."""
    assert "caf" in client.request("files/read", {"path": "latin.py"})["text"]
    hits = client.request("symbols/find", {"query": "in_latin"})["symbols"]
    assert [hit["path"] for hit in hits] == ["latin.py"]


def test_a_file_deleted_after_the_listing_is_omitted(client, awkward):
    """A file that goes between listing and building is a reason, not a failure."""
    (awkward / "gone.py").unlink()
    assert "gone.py" in omitted(client, "gone.py")


def test_a_budget_below_the_instructions_says_by_how_much(client):
    """When not even the instructions fit, the error says what is needed."""
    instructions = "explain every word of this " * 100
    with pytest.raises(RpcFailure) as failure:
        client.request("context/build", {"instructions": instructions, "budgetTokens": 50})
    assert failure.value.code == 301
    assert any(character.isdigit() for character in failure.value.message)


def test_an_unknown_field_is_named(client):
    """A field that the contract does not know is refused by name."""
    with pytest.raises(RpcFailure) as failure:
        client.request("context/build", {"items": [], "bugdetTokens": 50})
    assert failure.value.code == -32602
    assert "bugdetTokens" in str(failure.value.data)


def test_half_a_surrogate_pair_spoils_no_record(client):
    """It is replaced where it comes in, and what is stored can be read and exported afterwards."""
    body = {"items": [{"path": "\ud800.py"}], "promptValues": {"a": "\udc00"}}
    saved = client.request("selections/save", {"name": "half", "body": body})
    assert saved["body"]["items"][0]["path"] == "\ufffd.py"
    assert client.request("selections/get", {"id": saved["id"]})["body"] == saved["body"]
    assert client.request("data/export", {})["counts"]["selections"] >= 1
    with pytest.raises(RpcFailure) as failure:
        client.request("prompts/get", {"id": "\ud800"})
    assert 0 < failure.value.code < 2000


def test_half_a_surrogate_pair_of_an_older_record_can_still_be_read(client):
    """One that came in inside of a document is given back as JSON's own escape."""
    document = client.request("data/export", {})["document"]
    project = document["kinds"]["projects"][0]["id"]
    times = {"createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-01-01T00:00:00Z"}
    body = {"items": [{"path": "a\ud800.py"}]}
    record = {"id": "older", **times, "projectId": project, "name": "older", "body": body}
    text = json.dumps({**document, "kinds": {"selections": [record]}})
    assert client.request("data/import", {"document": text})["counts"]["selections"]["added"] == 1
    got = client.request("selections/get", {"id": "older"})
    assert got["body"]["items"][0]["path"] == "a\ud800.py"
    kinds = client.request("data/export", {})["document"]["kinds"]
    assert "older" in [selection["id"] for selection in kinds["selections"]]


def test_the_good_file_is_untouched_by_its_neighbours(client):
    """Everything above cost the innocent file nothing, and the status gives reasons."""
    assert good_file_is_there(client)
    status = client.request("index/status")
    assert status["state"] == "idle"
    reasons = {issue["path"]: issue["reason"] for issue in status["skipped"]}
    assert {"binary.py", "huge.py"} <= reasons.keys()
    assert all(reasons.values())


@pytest.mark.parametrize("make", ["missing", "file"])
def test_a_root_that_is_none_is_said(tmp_path, make):
    """A root that does not exist or is no folder: the server lives and names the root."""
    root = tmp_path / "root"
    if make == "file":
        root.write_text("not a folder")
    with Client(root) as client:
        client.request("debug/ping")
        with pytest.raises(RpcFailure) as failure:
            client.request("index/status")
        assert failure.value.code == 207
        assert str(root) in failure.value.message


@pytest.mark.skipif(os.name == "nt", reason="permissions are POSIX here")
def test_a_root_that_may_not_be_listed_is_said(tmp_path):
    """A root without permission gives the same clear error, when the user is not almighty."""
    root = tmp_path / "closed"
    root.mkdir()
    root.chmod(0)
    try:
        listable = os.access(root, os.R_OK)
        with Client(root) as client:
            client.request("debug/ping")
            if listable:  # root may list everything: then the folder is simply empty
                assert client.until_idle()["files"] == 0
            else:
                with pytest.raises(RpcFailure) as failure:
                    client.request("index/status")
                assert failure.value.code == 207
    finally:
        root.chmod(0o700)


def test_a_repository_without_a_commit_works(tmp_path):
    """An empty repository is indexed, and suggestions say what they do without."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "only.py").write_text("def lonely(): pass\n")
    with Client(tmp_path) as client:
        assert client.until_idle()["files"] == 1
        answer = client.request("context/suggest", {"query": "the lonely function"})
        assert [file["path"] for file in answer["files"]] == ["only.py"]
        assert answer["note"]
