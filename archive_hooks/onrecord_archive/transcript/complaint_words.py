"""What a complaint can be about where the firm has no list of its own, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import get_args

import msgspec

from onrecord_archive.catalogues.published import words_in
from onrecord_archive.events.complaints import ComplaintFiled
from onrecord_archive.events.language import Language


@cache
def categories() -> Mapping[str, Mapping[Language, str]]:
    """Return what a complaint can be about, by its name on the record, in each language."""
    families = {language: words_in(language).family("complaint") for language in get_args(Language)}
    return {
        name: {language: family[name] for language, family in families.items()}
        for name in families["en"]
    }


def about_in(language: str, complaint: ComplaintFiled) -> str:
    """Return what a complaint is about in a reader's language, else in the words of its record."""
    return (in_each(complaint) or {}).get(language, complaint.about)


def in_each(complaint: ComplaintFiled) -> Mapping[str, str] | None:
    """Return what a complaint is about by language; None: only `about` is known.

    A record without `words` is of before: where it says what comes with OnRecord, that is known.
    """
    if complaint.words is not None:
        words: dict[str, str] = msgspec.to_builtins(complaint.words)
        return words
    known = {str(each): text for each, text in categories().get(complaint.category, {}).items()}
    return known if complaint.about in known.values() else None
