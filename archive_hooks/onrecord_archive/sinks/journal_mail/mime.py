"""What a mail is made of (RFC 5322, RFC 2045, RFC 2046): headers, and parts that are put together.

The standard library folds and encodes a header that is not plain. The rest is written as it is:
its message objects parse each header again and again, which took most of the time of a mail.
"""

from __future__ import annotations

import re
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Iterable, Sequence
from email.headerregistry import Address
from email.policy import SMTP
from typing import Final, TypeAlias

from onrecord_archive.sinks.journal_mail.parts import MailFile

Header: TypeAlias = tuple[str, str | Sequence[Address]]

_LINE: Final = 78
"""RFC 5322, 2.1.1: characters of a line at most, its end apart."""
_PLAIN: Final = re.compile(r"[!-~]+(?: [!-~]+)*")


def headers(given: Iterable[Header]) -> bytes:
    """Return headers as lines of ASCII. Raises ValueError where a value has a line end."""
    return b"".join(_header(name, value) for name, value in given)


def text_part(kind: str, text: str) -> bytes:
    """Return a text (`kind`: plain or html) with its headers, as quoted-printable."""
    about = headers(
        [
            ("Content-Type", f'text/{kind}; charset="utf-8"'),
            ("Content-Transfer-Encoding", "quoted-printable"),
        ]
    )
    lines = b"\r\n".join((*text.encode().splitlines(), b""))
    return about + b"\r\n" + b2a_qp(lines, istext=True)


def file_part(file: MailFile) -> bytes:
    """Return an attachment with its headers.

    The name has a line of its own, so that it is within a line with the number of its piece too.
    """
    about = (
        f"Content-Type: application/{file.kind}\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        f'Content-Disposition: attachment;\r\n filename="{file.name}"\r\n\r\n'
    )
    return about.encode("ascii") + encodebytes(file.data).replace(b"\n", b"\r\n")


def mail_part(mail: bytes) -> bytes:
    """Return a mail, which is ASCII, as an attachment of another."""
    about = [
        ("Content-Type", "message/rfc822"),
        ("Content-Transfer-Encoding", "7bit"),
        ("Content-Disposition", "attachment"),
    ]
    return headers(about) + b"\r\n" + mail


def multipart(kind: str, boundary: str, parts: Iterable[bytes]) -> bytes:
    """Return parts put together (`kind`: mixed or alternative). No line of theirs begins so."""
    about = headers([("Content-Type", f'multipart/{kind}; boundary="{boundary}"')])
    line = b"--" + boundary.encode("ascii")
    body = b"".join(b"%b\r\n%b\r\n" % (line, part) for part in parts)
    return b"%b\r\n%b%b--\r\n" % (about, body, line)


def _header(name: str, value: str | Sequence[Address]) -> bytes:
    text = value if isinstance(value, str) else ", ".join(map(str, value))
    if len(name) + 2 + len(text) <= _LINE and _PLAIN.fullmatch(text):
        return f"{name}: {text}\r\n".encode("ascii")
    if isinstance(value, str) or len(value) < 2:
        return _folded(name, value)
    each = [_folded(name, [address]).removesuffix(b"\r\n") for address in value]
    others = (one[len(name) + 1 :].removeprefix(b"\r\n") for one in each[1:])
    return b",\r\n".join((*each[:1], *others)) + b"\r\n"


def _folded(name: str, value: str | Sequence[Address]) -> bytes:
    """Return a header folded: of addresses one alone, as of two long ones the end is lost."""
    _, parsed = SMTP.header_store_parse(name, value)
    return SMTP.fold_binary(name, parsed)
