"""Who is called like a host is called so in letters too, and no mail program makes a link of it."""

import pytest

from onrecord.core.domain.texts import has_link, is_named, unlinked
from onrecord.features.notifications.client_letters import InviteLetter, UnreadLetter
from onrecord.features.notifications.letters.texts import text_of

LINK = "https://chat.bank.example/#invite=x"


@pytest.mark.parametrize("locale", ["en", "pl"])
def test_names_are_no_links_and_the_link_is_one(locale: str) -> None:
    for letter in (
        InviteLetter(locale, "Bank.pl", "Nowak.pl", "Jan Kos.com", LINK),
        UnreadLetter(locale, "Bank.pl", "Nowak.pl", LINK),
    ):
        text = text_of(letter)
        for part in (text.subject, text.long, text.short):
            assert "Nowak.\u2060pl" in part
            assert not {"Nowak.pl", "Bank.pl", "Kos.com"} & set(part.split())
        assert LINK in text.long
        assert LINK in text.short


@pytest.mark.parametrize("name", ["J. Nowak", "dr. Ewa Lis", "A.B.", "Anna"])
def test_other_names_stay_as_they_are(name: str) -> None:
    assert unlinked(name) == name


@pytest.mark.parametrize("name", ["Nowak.pl", "3M", "李", "أمل", "Ś", "O'Neill-Łęcka"])
def test_people_are_called_so(name: str) -> None:
    assert is_named(name)
    assert not has_link(name)


@pytest.mark.parametrize("name", ["...", "–", "!?", "👍", "❤️", "\u0301"])
def test_signs_alone_are_no_name(name: str) -> None:
    assert not is_named(name)
