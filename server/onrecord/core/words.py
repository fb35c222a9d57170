"""The sentences that the server itself says to people: letters, automatic replies and pushes.

They lie in words.json beside this file, as a catalogue has them. What records say has the published
catalogue of the archive; client_web/src/locales has what the screens say.
"""

from functools import cache
from importlib.resources import files

from onrecord_archive.catalogues.catalogue import Catalogue, Words, read_catalogue


@cache
def catalogue() -> Catalogue:
    """Return the words of each language."""
    return read_catalogue((files("onrecord.core") / "words.json").read_bytes())


def words_of(locale: str) -> Words:
    """Return the words of a locale; those of English where it has none."""
    return catalogue()["pl" if locale == "pl" else "en"]
