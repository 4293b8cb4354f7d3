"""Compacting: what a summary covers, and how it is asked for."""

from collections.abc import Sequence

from octoprompt.errors import BadRequest
from octoprompt.store.chat_model import Message

FEWEST = 2
"""Messages that are worth a summary."""
SUMMARIZE = """\
Write a summary of our conversation so far that can stand in its place: you will read it instead of\
 the messages themselves.

Keep what is needed to go on: what the user wants and in which words, decisions and their reasons,\
 names of files, functions, commands and values exactly as they were written, code that is still\
 being worked on, what was tried and failed, and what is still open.
Leave out greetings, repetitions and what was settled and no longer matters.
Write headed lists in Markdown, in the language of the conversation. Give the summary alone.
"""


def without_last(branch: Sequence[Message], keep: int) -> list[Message]:
    """Leave out the last messages that are sent; a summary is not one of these."""
    sent = [message.id for message in branch if message.is_sent and message.role != "summary"]
    kept = set(sent[len(sent) - keep :]) if keep else set[str]()
    return [message for message in branch if message.id not in kept]


def covered(branch: Sequence[Message]) -> str:
    """Give the last message that a summary of these covers. Fails with `BadRequest`."""
    sent = [message.id for message in branch if message.is_sent and message.role != "summary"]
    if len(sent) < FEWEST:
        raise BadRequest("there is too little to sum up yet: keep fewer messages, or go on")
    return sent[-1]
