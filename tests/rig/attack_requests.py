"""What attackers send, as bytes of one connection, and from where."""

import json
import secrets

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import new_id

NEIGHBOURHOODS = 24
"""Half as many as would keep new devices out (features/sign_in/hash_turns.py)."""
AROUND = tuple(f"127.{100 + one}.6.{last}" for last in (1, 2, 3) for one in range(NEIGHBOURHOODS))
"""Addresses of a flood that comes from everywhere: some of each neighbourhood."""
MASK = bytes(4)
VICTIM = "piotr"
"""At whom half of all guesses are made; the others are at names that nobody has."""
GUESSES = 40
LINKS = 8
UPLOADS = 3
"""On each of many connections, so that everybody has as many as they may."""
BYTES = 25 * 1024 * 1024
"""The largest file: ten are nearly what a client may send on one day."""


def ask(method: str, origin: str, path: str, body: object = None, cookie: bytes = b"") -> bytes:
    """Return a request of a page of ours. *cookie*: the line, where they have signed in."""
    said = b"" if body is None else json.dumps(body).encode()
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: {origin.removeprefix('https://')}\r\n"
        f"Origin: {origin}\r\nSec-Fetch-Site: same-origin\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(said)}\r\n"
    )
    return head.encode() + cookie + b"\r\n" + said


def guesses(origin: str) -> bytes:
    """Return wrong passwords."""
    names = [name for _ in range(GUESSES // 2) for name in (VICTIM, secrets.token_hex(6))]
    said = [{"username": name, "password": secrets.token_hex(8)} for name in names]
    return b"".join(ask("POST", origin, "/api/v1/sign-in", each) for each in said)


def bad_links(origin: str) -> bytes:
    """Return sign-in links, invitations and used links, none of which there is."""
    asked = [
        ("/api/v1/sign-in", "link"),
        ("/api/v1/sign-in/link", "link"),
        ("/api/v1/invitation", "invite"),
        ("/api/v1/sign-in/link/report", "link"),
    ] * LINKS
    return b"".join(
        ask("POST", origin, path, {name: secrets.token_hex(32)}) for path, name in asked
    )


def uploads(origin: str, cookie: bytes, conv: str) -> bytes:
    """Return uploads that are announced, and given up again."""
    ids = [new_id(SystemClock()) for _ in range(UPLOADS)]
    said = [{"id": id, "conv": conv, "name": "film.txt", "size": BYTES} for id in ids]
    begun = [ask("POST", origin, "/api/v1/uploads", each, cookie) for each in said]
    given_up = [ask("DELETE", origin, f"/api/v1/uploads/{id}", None, cookie) for id in ids]
    return b"".join(begun + given_up)


def text_frame(text: str) -> bytes:
    """Return a short text as a frame of a client (RFC 6455, 5.2); its mask changes nothing."""
    payload = text.encode()
    assert len(payload) < 126
    return bytes((0x81, 0x80 | len(payload))) + MASK + payload
