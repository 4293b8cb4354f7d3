"""What the bytes of an answer say, however they are cut."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octoprompt.llm.reach.watch import MAX_ANSWER_BYTES, MAX_EVENT_BYTES, Refused, Watch
from support.provider import delta, usage_event


def event(**fields):
    """Give an event of a stream as bytes."""
    return b"data: " + json.dumps(delta("m", **fields)).encode() + b"\n\n"


LYING = 'I say "finish_reason": "stop" and data: [DONE] and "usage": {"x": 1} and "error": {'
WORDS = event(content="Hello") + event(content=LYING) + event(tool_calls=[{"arguments": LYING}])
REASON = event(finish_reason="stop")
USAGE = b"data: " + json.dumps(usage_event("m")).encode() + b"\n\n"
DONE = b"data: [DONE]\n\n"


def facts(watch):
    """Give what was seen."""
    return (watch.has_reason, watch.is_marked, watch.has_usage, watch.has_error)


@pytest.mark.parametrize(
    ("stream", "seen"),
    [
        (WORDS, (False, False, False, False)),
        (WORDS + REASON, (True, False, False, False)),
        (WORDS + REASON + USAGE + DONE, (True, True, True, False)),
        (WORDS + DONE, (False, True, False, False)),
        (WORDS + b'data: {"error": {"message": "x"}}\n\n', (False, False, False, True)),
        (b'data: {"delta":{"stop_reason":"end_turn"}}\n\n', (True, False, False, False)),
        (b'event: message_stop\ndata: {"type":"message_stop"}\n\n', (False, True, False, False)),
        (b'data: {"candidates":[{"finishReason":"STOP"}]}\n\n', (True, False, False, False)),
        (b'{"message":{},"done":true,"eval_count":3}\n', (True, True, True, False)),
        (b'{"message":{"content":"x"},"done":false}\n', (False, False, False, False)),
        (b'data: {"choices":[{"finish_reason":null}]}\n\n', (False, False, False, False)),
    ],
)
@given(data=st.data())
def test_marks_are_seen_however_the_stream_is_cut(stream, seen, data):
    """A mark between two chunks counts once; words of the model that look like one never do."""
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=12).map(sorted))
    watch = Watch()
    for begin, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        watch.see(stream[begin:end])
    assert facts(watch) == seen
    assert watch.n_bytes == len(stream)
    assert watch.is_stream


def test_one_byte_at_a_time():
    """The hardest cut of all."""
    watch = Watch()
    for byte in WORDS + REASON + USAGE + DONE:
        watch.see(bytes([byte]))
    assert facts(watch) == (True, True, True, False)


def see_all(watch, chunk, times):
    """See the same again and again."""
    for _ in range(times):
        watch.see(chunk)


@pytest.mark.parametrize("chunk", [1 << 10, 1 << 16, 1 << 20])
def test_a_line_without_end_is_refused(chunk):
    """As soon as it is too long, whatever the chunks."""
    watch = Watch()
    with pytest.raises(Refused):
        see_all(watch, b"x" * chunk, MAX_EVENT_BYTES // chunk + 1)
    assert watch.failure == {"kind": "too large"}
    assert watch.n_bytes <= MAX_EVENT_BYTES + chunk


def test_an_answer_without_end_is_refused():
    """In lines of any length."""
    watch = Watch()
    with pytest.raises(Refused):
        see_all(watch, b"x" * ((1 << 20) - 1) + b"\n", MAX_ANSWER_BYTES // (1 << 20) + 1)
    assert watch.n_bytes <= MAX_ANSWER_BYTES + (1 << 20)


def test_the_first_failure_counts():
    """What follows from it is noise."""
    watch = Watch()
    watch.fail("redirect", status=307)
    watch.fail("cut")
    assert watch.failure == {"kind": "redirect", "status": 307}
