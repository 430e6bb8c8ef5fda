"""The port to a virus scanner: ClamAV's daemon, asked over its socket (decisions 12)."""

import socket
from pathlib import Path

from app.domain.errors import Refused

CITATION = "decisions 12"
_CHUNK = 64 * 1024
_PATIENCE_SECONDS = 30.0
_LONGEST_ANSWER = 4096


def infection(content: bytes, clamd_socket: str | Path) -> str | None:
    """The name of the virus that clamd finds in `content`, None when it finds none (clamd(8), command INSTREAM).

    Raises Refused('SCANNER_AWAY') when the scanner does not answer or could not scan: nothing is taken in unscanned.
    """
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(_PATIENCE_SECONDS)
            line.connect(str(clamd_socket))
            answer = _ask(line, content)
    except OSError as error:
        raise Refused("SCANNER_AWAY", citation=CITATION) from error
    verdict = answer.rstrip(b"\0\n ").decode("utf-8", "replace").removeprefix("stream: ")
    if verdict == "OK":
        return None
    if verdict.endswith(" FOUND"):
        return verdict.removesuffix(" FOUND")
    raise Refused("SCANNER_AWAY", citation=CITATION)


def _ask(line: socket.socket, content: bytes) -> bytes:
    line.sendall(b"zINSTREAM\0")
    for start in range(0, len(content), _CHUNK):
        piece = content[start : start + _CHUNK]
        line.sendall(len(piece).to_bytes(4) + piece)
    line.sendall(bytes(4))
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
        received = line.recv(_LONGEST_ANSWER)
        if not received:
            break
        answer += received
    return answer
