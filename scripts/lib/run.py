"""Open a folder in a browser VS Code until Ctrl-C."""

import argparse
import signal
import webbrowser
from pathlib import Path

import editor


def main() -> None:
    """Serve, say where, wait, stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--vscode", type=Path, required=True)
    parser.add_argument("--vsix", type=Path, required=True)
    parser.add_argument("--open", action="store_true")
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    data = editor.CACHE / "editor" / "data"
    running = editor.serve(args.vscode, args.vsix, data, {}, editor.address_of(args.folder))
    editor.keep(args.folder, running.address.port)
    # So that a plain `kill` cleans up as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        url = running.url(args.folder)
        print(f"VS Code with OctoPrompt: {url}\nCtrl-C stops it.", flush=True)
        if args.open:
            webbrowser.open(url)
        for _line in running.process.stdout or ():
            pass
    except KeyboardInterrupt:
        print("stopping")
    finally:
        running.stop()


if __name__ == "__main__":
    main()
