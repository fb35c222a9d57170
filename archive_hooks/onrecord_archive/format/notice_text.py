"""The text of a recording notice beside its SHA-256, which a `notice.accepted` names."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from onrecord_archive.format.errors import NotVerified


def notice_sha256(title: str, text: str) -> bytes:
    """Return the version of a notice: of title, a line feed and text, as UTF-8."""
    return sha256(f"{title}\n{text}".encode()).digest()


def require_notice_text(shown: Mapping[str, Any], index: int) -> None:
    """Raise NotVerified (`notice`) where a record has a text that is not of the SHA-256 it names.

    Records from before the text stood there name the SHA-256 alone.
    """
    payload = shown.get("payload")
    if shown.get("type") != "notice.accepted" or not isinstance(payload, Mapping):
        return
    text, title = payload.get("text"), payload.get("title")
    if text is None:
        return
    given = notice_sha256(str(title), str(text)).hex()
    if given != payload.get("notice"):
        message = "the notice's title and text have another SHA-256 than was accepted"
        raise NotVerified("notice", message, index=index)
