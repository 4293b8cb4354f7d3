"""What holds for every test: no network beyond this machine, and servers that start as usual."""

import ipaddress
import os
import sys

LOCAL_NAMES = ("localhost", "")


def _is_local(host: object) -> bool:
    if host is None or host in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _forbid_network(event: str, args: tuple[object, ...]) -> None:
    """Refuse to resolve or connect to anything but loopback; unix sockets are free."""
    match event, args:
        case "socket.connect" | "socket.sendto", (_, (host, *_)) if not _is_local(host):
            pass
        case "socket.getaddrinfo", (host, *_) if not _is_local(host):
            pass
        case _:
            return
    raise RuntimeError(f"tests have no network, and this one wants `{host!r}`")


# An audit hook sees every way to open a socket, and nothing can take it away again.
sys.addaudithook(_forbid_network)

# Without it every server and every worker of a test compiles all that it imports.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
