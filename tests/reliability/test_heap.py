"""The server's memory: what is free goes back to the system, where the C library is glibc."""

import platform
import subprocess
import sys
import textwrap

import pytest

pytestmark = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="other C libraries are left alone"
)


def run(program: str) -> list[int]:
    """Give the numbers that a program prints, in megabytes."""
    shared = """
        import threading
        from pathlib import Path
        from octoprompt import heap

        def resident(name):
            lines = Path("/proc/self/smaps").read_text().splitlines()
            here, total = False, 0
            for line in lines:
                if line[:1] in "0123456789abcdef" and "-" in line.split()[0]:
                    here = name in line
                elif here and line.startswith("Rss:"):
                    total += int(line.split()[1])
            return total // 1024
    """
    code = textwrap.dedent(shared) + textwrap.dedent(program)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return [int(number) for number in done.stdout.split()]


def test_free_memory_is_given_back():
    """A block in use at the end of the heap keeps all the free ones before it, until asked."""
    before, after = run("""
        blocks = [bytes(10_000) for _ in range(10_000)]
        del blocks[:-1]
        print(resident("[heap]"))
        heap.give_back()
        print(resident("[heap]"))
    """)
    assert before > 80
    assert after < 30


def test_threads_share_one_heap():
    """What a thread allocates lies in the heap of all."""
    (size,) = run("""
        heap.share_heap()
        kept = []
        thread = threading.Thread(target=lambda: kept.extend(bytes(10_000) for _ in range(5_000)))
        thread.start()
        thread.join()
        print(resident("[heap]"))
    """)
    assert size > 40
