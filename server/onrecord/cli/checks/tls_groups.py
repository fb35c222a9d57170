"""Which key exchanges does the running server take? Asked one by one, as a client would.

A ClientHello that names one group and brings no key for it is answered with a HelloRetryRequest
where the server has that group on, and with an alert where it has not (RFC 8446 section 4.1.4). So
nothing of a group need be computed, nor known to this machine's own TLS. Where this machine's
address is a balancer's as well, each connection begins with a PROXY header
(cli/reach/first_words.py).
"""

import secrets
import socket
import struct
from collections.abc import Mapping
from typing import Final

from onrecord.app.settings.listeners import Listener
from onrecord.app.settings.model import Settings
from onrecord.app.settings.options import proxy_options
from onrecord.cli.checks.finding import Finding, ok, warning
from onrecord.cli.reach.first_words import first_words
from onrecord.http.options import ProxyOptions

HYBRID: Final = "X25519MLKEM768"
MODERN: Final = (HYBRID, "X25519", "prime256v1", "secp384r1")
"""docs/systemd/openssl.cnf; Mozilla's "modern" configuration, and the hybrid one."""
GROUPS: Final[Mapping[str, int]] = {
    "X25519MLKEM768": 0x11EC,
    "SecP256r1MLKEM768": 0x11EB,
    "SecP384r1MLKEM1024": 0x11ED,
    "X25519": 0x001D,
    "prime256v1": 0x0017,
    "secp384r1": 0x0018,
    "secp521r1": 0x0019,
    "X448": 0x001E,
    "ffdhe2048": 0x0100,
    "ffdhe3072": 0x0101,
    "ffdhe4096": 0x0102,
}
"""IANA's registry "TLS Supported Groups": those that OpenSSL has, by its names."""
NARROW: Final = "Set OPENSSL_CONF to the openssl.cnf that comes with onrecord.service; restart."
SECONDS: Final = 2.0

_HANDSHAKE, _CLIENT_HELLO, _SERVER_HELLO = 22, 1, 2
_CIPHERS: Final = struct.pack("!HHHH", 6, 0x1301, 0x1302, 0x1303)
_SIGNATURES: Final = struct.pack("!H4H", 8, 0x0403, 0x0807, 0x0804, 0x0401)
_VERSIONS: Final = struct.pack("!BH", 2, 0x0304)
_NO_KEYS: Final = struct.pack("!H", 0)


def check_groups(settings: Settings) -> Finding:
    """Ask the chat's listener, where one is."""
    check = "tls groups"
    try:
        proxies = proxy_options(settings)
        on = [each for each, number in GROUPS.items() if _is_on(settings.chat, proxies, number)]
    except OSError:
        return warning(
            check,
            "The server is not running, so which groups are on is not known.",
            "onrecord serve",
        )
    told = f"Key exchanges that are on: {', '.join(on) or 'none'}."
    if HYBRID not in on:
        return warning(check, told, f"{HYBRID} needs OpenSSL 3.5. {NARROW}")
    return ok(check, told) if set(on) <= set(MODERN) else warning(check, told, NARROW)


def _is_on(listener: Listener, proxies: ProxyOptions, group: int) -> bool:
    address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(listener.address, listener.address)
    with socket.create_connection((address, listener.port), SECONDS) as over:
        says = first_words(address, listener.port, proxies)
        over.sendall(says.before_tls + client_hello(listener.host, group))
        over.settimeout(SECONDS)
        answer = b""
        try:
            while len(answer) < 6 and (piece := over.recv(6 - len(answer))):
                answer += piece
        except ConnectionResetError:
            return False
    return is_server_hello(answer)


def is_server_hello(answer: bytes) -> bool:
    """Return whether a record's first 6 bytes begin a ServerHello, retry requests among them."""
    return len(answer) >= 6 and (answer[0], answer[5]) == (_HANDSHAKE, _SERVER_HELLO)


def client_hello(host: str, group: int) -> bytes:
    """Return the record of a ClientHello of TLS 1.3 for one group, without a key for it."""
    name = host.encode("idna")
    extensions = b"".join(
        struct.pack("!HH", kind, len(body)) + body
        for kind, body in (
            (0, struct.pack("!HBH", len(name) + 3, 0, len(name)) + name),
            (10, struct.pack("!HH", 2, group)),
            (13, _SIGNATURES),
            (43, _VERSIONS),
            (51, _NO_KEYS),
        )
    )
    session = secrets.token_bytes(32)
    hello = struct.pack("!H", 0x0303) + secrets.token_bytes(32) + bytes([len(session)]) + session
    hello += _CIPHERS + b"\x01\x00" + struct.pack("!H", len(extensions)) + extensions
    body = bytes([_CLIENT_HELLO]) + len(hello).to_bytes(3, "big") + hello
    return struct.pack("!BHH", _HANDSHAKE, 0x0301, len(body)) + body
