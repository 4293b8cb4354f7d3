"""Everything that a user made, as a whole."""

from octoprompt.contract._base import Empty, Notification


class DataChanged(Notification[Empty], method="data/changed"):
    """Another window changed projects, selections, prompts, tickets or tasks: read them again.

    Sent within two seconds, and never for what this window changed itself.
    """
