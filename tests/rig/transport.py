"""What a process listens on, and how its listeners answer somebody who comes as openssl does."""

import os
import socket
import subprocess
from contextlib import suppress
from pathlib import Path

from tests.rig.patience import SECONDS as PATIENCE

LISTENING = "0A"
"""The state of a TCP socket in /proc/net/tcp."""
ACCEPTS = 1 << 16
"""The flag of a listening UNIX socket in /proc/net/unix (__SO_ACCEPTCON)."""


def s_client(port: int, host: str, ca: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Shake hands with a listener as openssl does."""
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-CAfile", str(ca)]
    return subprocess.run(
        [*command, "-servername", host, "-verify_return_error", *options],
        input="",
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def plain_answer(port: int, host: str) -> bytes:
    """Return what a listener answers to HTTP without TLS."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as plain:
        plain.sendall(f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        try:
            return plain.recv(1000)
        except ConnectionResetError:
            return b""


def listening_ports(pid: int, *, children: bool = True) -> set[int]:
    """Return the TCP ports that a process, or one of its children, listens on."""
    sockets, found = _sockets(pid, children=children), set()
    for table in ("tcp", "tcp6"):
        for row in Path(f"/proc/{pid}/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
            fields = row.split()
            if fields[3] == LISTENING and f"socket:[{fields[9]}]" in sockets:
                found.add(int(fields[1].rpartition(":")[2], 16))
    return found


def listening_files(pid: int) -> set[str]:
    """Return the UNIX sockets that a process or one of its children listens on."""
    sockets, found = _sockets(pid), set()
    for row in Path(f"/proc/{pid}/net/unix").read_text(encoding="utf-8").splitlines()[1:]:
        fields = row.split(maxsplit=7)
        if int(fields[3], 16) & ACCEPTS and f"socket:[{fields[6]}]" in sockets:
            found.add(fields[7] if len(fields) > 7 else "")
    return found


def _sockets(pid: int, *, children: bool = True) -> set[str]:
    """Return every socket that a process and its children have open."""
    found = set()
    for task in Path(f"/proc/{pid}/task").iterdir() if children else ():
        for child in (task / "children").read_text(encoding="ascii").split():
            with suppress(FileNotFoundError):  # it ended meanwhile
                found |= _sockets(int(child))
    for name in os.listdir(f"/proc/{pid}/fd"):
        with suppress(FileNotFoundError):
            found.add(os.readlink(f"/proc/{pid}/fd/{name}"))
    return {each for each in found if each.startswith("socket:")}
