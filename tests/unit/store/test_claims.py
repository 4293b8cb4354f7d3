"""A server says that it lives, once, whoever of it says so first."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from octoprompt.store.claims import Claims

AT_ONCE = 8


def test_answers_that_begin_at_once_share_a_claim(tmp_path: Path):
    """Two threads of one server never wait for each other's lock as if it were another's."""
    for round_ in range(20):
        claims = Claims(tmp_path / str(round_))
        together = threading.Barrier(AT_ONCE)

        def take(_: int, claims: Claims = claims, together: threading.Barrier = together) -> None:
            together.wait()
            claims.take()

        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(take, range(AT_ONCE)))
        assert Claims(tmp_path / str(round_)).is_gone(claims.owner) is False
        claims.close()
        assert Claims(tmp_path / str(round_)).is_gone(claims.owner)
