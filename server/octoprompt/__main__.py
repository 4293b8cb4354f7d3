"""The command line: `serve` (the default), `rpc`, `doctor`."""

import gc
import os
import sys

USAGE = """\
usage: octoprompt [serve]
           be a language server on standard input and output
       octoprompt rpc METHOD [PARAMS] [--root DIR] [--idle]
           send one request to a fresh server and print its result; --idle waits for the index
       octoprompt doctor
           say what works here, and what to do about the rest
"""


def main() -> int:
    """Run a command; gives the exit code. `serve` ends the process itself."""
    _forget_current_folder()
    match sys.argv[1:]:
        case [] | ["serve", *_]:
            return _serve()
        case ["rpc", *arguments]:
            from octoprompt.lsp import rpc  # noqa: PLC0415 - each command imports only its own

            return _show(*rpc.run(arguments))
        case ["doctor", *_]:
            from octoprompt.lsp import doctor  # noqa: PLC0415

            return _show(*doctor.run())
        case ["--version", *_]:
            from octoprompt import __version__  # noqa: PLC0415

            print(__version__)
            return 0
        case _:
            print(USAGE, file=sys.stderr, end="")
            return 2


def _forget_current_folder() -> None:
    """Take libraries from where they are installed alone.

    `python -m` looks into the current folder first, and an editor starts us in the workspace: a
    folder `attrs` in there would run.
    """
    if not sys.flags.safe_path and sys.path[:1] in ([""], [os.getcwd()]):  # noqa: PTH109 - pathlib is slow to import
        del sys.path[0]


def _show(code: int, text: str) -> int:
    print(text, file=sys.stderr if code else sys.stdout)
    return code


def _serve() -> int:
    """Take the wire before anything that could print is imported."""
    # Imports make hundreds of thousands of objects and hardly any garbage: looking for it at every
    # 700 new objects, as Python does, takes a fifth of the start.
    gc.set_threshold(10_000, 50, 100)
    from octoprompt.heap import share_heap  # noqa: PLC0415
    from octoprompt.lsp.stdio import claim  # noqa: PLC0415

    share_heap()
    pipes = claim()
    from octoprompt.index import workers  # noqa: PLC0415

    workers.begin()
    from octoprompt.lsp.lean import load_types  # noqa: PLC0415

    load_types()
    from octoprompt.lsp.server import serve  # noqa: PLC0415

    serve(pipes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
