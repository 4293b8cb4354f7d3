"""The kinds of the document, in the order in which they come in: owners before what they own."""

from typing import Any

from octoprompt.store.portable.chats import CHATS, MESSAGES
from octoprompt.store.portable.projects import PROJECTS
from octoprompt.store.portable.prompts import PROMPTS
from octoprompt.store.portable.providers import PROVIDERS
from octoprompt.store.portable.record import Kind
from octoprompt.store.portable.selections import SELECTIONS
from octoprompt.store.portable.summaries import SUMMARIES
from octoprompt.store.portable.tickets import TASKS, TICKETS

KINDS: tuple[Kind[Any], ...] = (
    PROJECTS,
    PROMPTS,
    CHATS,
    MESSAGES,
    TICKETS,
    TASKS,
    SELECTIONS,
    SUMMARIES,
    PROVIDERS,
)
