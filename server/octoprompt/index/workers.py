"""How the processes of an index are started, and which of them before anybody asks for one."""

import os
from contextlib import suppress
from pathlib import Path

from octoprompt.children import ChildSpec, start_ahead
from octoprompt.errors import OctoPromptError
from octoprompt.index.places import has_index
from octoprompt.settings import Settings, WorkspaceOptions
from octoprompt.workspace.gate import real_root

HARD_LIMIT_S = 5.0
"""Processor time that a batch may take, which is hundreds of times what one needs."""
PATIENCE = 3
"""So many times longer it may take by the clock: a busy machine proves nothing against a file."""
WALK_LIMIT_S = 20.0
"""So long a worker may take to list a root; then the server does it."""
WORKER_MEMORY = 1024 * 1024 * 1024
KEPT_HEAP = {"MALLOC_TRIM_THRESHOLD_": "67108864", "MALLOC_MMAP_THRESHOLD_": "67108864"}
"""For glibc: a worker makes arrays of a few megabytes again and again, and giving each back to the
system costs more than what is computed in it."""

HOMES = (
    *("HOME", "XDG_CONFIG_HOME", "USERPROFILE", "HOMEDRIVE", "HOMEPATH"),
    *("APPDATA", "PROGRAMDATA", "SUDO_UID"),
)
"""By what git finds the user's own rules: a worker that lists a root leaves out the same files."""


def worker_spec(root: Path, options: WorkspaceOptions) -> ChildSpec:
    """Say how a worker of a root, a real path, is started."""
    return ChildSpec(
        module="octoprompt.index.worker",
        args=(str(root), str(options.max_file_bytes)),
        environment={**KEPT_HEAP, **{k: os.environ[k] for k in HOMES if k in os.environ}},
        memory_bytes=WORKER_MEMORY,
        hang_seconds=2 * PATIENCE * HARD_LIMIT_S,
        busy_seconds=HARD_LIMIT_S,
    )


def begin() -> None:
    """Start workers for the folder that will probably be opened, if it has no index yet.

    The client may name it in `OCTOPROMPT_FOLDER`; most start a server in it. They load what they
    need on one core while the server does so on another. Where the guess is wrong they are ended
    when the roots are known.
    """
    folder = os.environ.get("OCTOPROMPT_FOLDER") or "."
    with suppress(OctoPromptError, OSError, RuntimeError):
        root = real_root(Path(folder))
        if root not in (Path(root.anchor), Path.home().resolve()) and not has_index(
            Settings().cache_dir, root
        ):
            options = WorkspaceOptions()
            for _ in range(options.workers):
                start_ahead(worker_spec(root, options))
