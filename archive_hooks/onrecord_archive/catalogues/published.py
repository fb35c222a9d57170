"""The catalogues that pages were published in, each kept under the SHA-256 of its bytes.

What is published is rendered again by its verifier, for as long as anybody has it: a file here is
never changed and never taken away. New words are a new file, under its own SHA-256.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

from onrecord_archive.catalogues.catalogue import BadCatalogue, Catalogue, Words, read_catalogue
from onrecord_archive.events.language import Language
from onrecord_archive.format.published import PUBLISHED

NEWEST: Final = PUBLISHED.catalogues[-1]
"""The words of onrecord-bundle/3, onrecord-copy/4 and /5, whose manifests name no catalogue.

It has every message of the one before as it was, so that each page of before is the same by it.
"""
_FOLDER: Final = files("onrecord_archive") / "catalogues" / "published"


@cache
def published(name: str) -> Catalogue:
    """Return the catalogue whose bytes have the SHA-256 *name* (hex).

    Raise BadCatalogue where there is none, or its bytes have another.
    """
    file = _FOLDER / f"{name}.json"
    if not name.isalnum() or not file.is_file():
        raise BadCatalogue(f"no catalogue {name} was published")
    data = file.read_bytes()
    if sha256(data).hexdigest() != name:
        raise BadCatalogue(f"the catalogue {name} is not as it was published")
    return read_catalogue(data)


def words_in(language: Language) -> Words:
    """Return the words of what names no catalogue."""
    return published(NEWEST)[language]
