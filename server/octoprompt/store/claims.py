"""Which servers live, so that answers of dead ones are known from answers that still grow."""

import platform
import threading
from pathlib import Path

from octoprompt.database.file_lock import Claim, is_claimed
from octoprompt.database.private import make_private_folder
from octoprompt.store.entities import new_id

MAX_HOST = 40


class Claims:
    """The claims of the servers that share a data folder; each method touches files."""

    def __init__(self, folder: Path) -> None:
        """Take the folder of the claims; nothing is touched yet."""
        self._folder = folder
        self._host = platform.node().replace("/", "-")[:MAX_HOST]
        self.owner = f"{self._host}/{new_id()}"
        """The name of this server, which no other ever has."""
        self._claim: Claim | None = None
        self._once = threading.Lock()
        """Two answers may begin at once; a second claim would wait for the first one for ever."""

    def take(self) -> None:
        """Be alive for others from now on. Fails with `StoreProblem`."""
        with self._once:
            if self._claim is None:
                make_private_folder(self._folder, "*.lock")
                self._claim = Claim(self._path(self.owner))

    def is_gone(self, owner: str) -> bool:
        """Say whether a server is certainly dead; of another machine's nothing is known."""
        host, _, _ = owner.rpartition("/")
        return owner != self.owner and host == self._host and not is_claimed(self._path(owner))

    def forget(self, owner: str) -> None:
        """Remove what a dead server left."""
        self._path(owner).unlink(missing_ok=True)

    def close(self) -> None:
        """Be gone."""
        if self._claim is not None:
            self._claim.close()
            self._claim = None

    def _path(self, owner: str) -> Path:
        return self._folder / f"{owner.rpartition('/')[2]}.lock"
