"""The physical limit of an index: parse, tag query and names of its files in two processes."""

import multiprocessing
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from tree_sitter import QueryCursor

from octoprompt.index.grammars import tools
from octoprompt.index.languages import language_of

PROCESSES = 2
CAP_BYTES = 2 * 1024 * 1024


def sources(root: Path) -> list[str]:
    """Give the files that have a grammar, as git lists them."""
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-co", "--exclude-standard", "-z"],
        capture_output=True,
        check=True,
    ).stdout.decode(errors="surrogateescape")
    return [path for path in listed.split("\0") if path and _is_source(root, path)]


def _is_source(root: Path, path: str) -> bool:
    language = language_of(path)
    full = root / path
    if language is None or language.grammar != "official" or full.is_symlink():
        return False
    return full.is_file() and full.stat().st_size <= CAP_BYTES


def measure(root: Path, paths: Sequence[str] | None = None) -> tuple[float, int, int]:
    """Give wall seconds, files and bytes, of all sources or of some."""
    seconds, _, n_files, n_bytes = measure_both(root, paths)
    return seconds, n_files, n_bytes


def measure_both(root: Path, paths: Sequence[str] | None = None) -> tuple[float, float, int, int]:
    """Give wall and processor seconds, files and bytes.

    The processes are warm before the clocks start.
    """
    paths = sources(root) if paths is None else paths
    work = [(str(root), paths[number::PROCESSES]) for number in range(PROCESSES)]
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        pool.map(_parse_all, [(str(root), chunk[:20]) for _, chunk in work], chunksize=1)
        begin = time.perf_counter()
        sizes, busy = zip(*pool.map(_parse_all, work, chunksize=1), strict=True)
        return time.perf_counter() - begin, sum(busy), len(paths), sum(sizes)


def _parse_all(work: tuple[str, Sequence[str]]) -> tuple[int, float]:
    """Give bytes and processor seconds."""
    root, paths = work
    begin = time.process_time()
    total = 0
    for path in paths:
        data = (Path(root) / path).read_bytes()
        total += len(data)
        language = language_of(path)
        if language is None:
            continue
        kit = tools(language)
        names = set[bytes]()
        for nodes in QueryCursor(kit.query).captures(kit.parser.parse(data).root_node).values():
            names.update(data[node.start_byte : node.end_byte] for node in nodes)
    return total, time.process_time() - begin
