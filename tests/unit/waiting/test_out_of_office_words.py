"""What a client is told while nobody is there says the same as the page above where they write."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onrecord.features.waiting.out_of_office_words import reply_words

LOCALES = Path("client_web/src/locales")
KEPT = {"en": "kept", "pl": "zachowana"}
SOON = datetime(2026, 11, 30, 8, tzinfo=UTC)


@pytest.mark.parametrize("until", [None, SOON])
@pytest.mark.parametrize("locale", ["en", "pl"])
def test_that_a_message_is_kept_is_said_in_the_page_s_word(
    locale: str, until: datetime | None
) -> None:
    page = json.loads((LOCALES / f"{locale}.json").read_text(encoding="utf-8"))
    word = KEPT[locale]
    for text in ("answering.kept", "answering.kept.some_time", "hours.words.hint"):
        assert word in page[text]
    assert word in reply_words(locale, own=None, away=None, until=until, zone="Europe/Warsaw")
