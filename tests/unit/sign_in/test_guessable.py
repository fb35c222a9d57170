"""A password that whoever knows the person, the firm or a list would try first is refused."""

import pytest

from onrecord.features.sign_in.guessable import is_guessable
from onrecord.features.sign_in.passwords import context_of
from onrecord.features.sign_in.values import Person
from onrecord_archive.events.ids import PersonId

ANNA = Person(
    PersonId("a" * 32),
    "Anna Łucja Kowalska",
    "employee",
    "Linden Bank",
    "employee",
    username="a.kowalska",
    mail="anna@linden.example",
    branch="Gdańsk",
)
CONTEXT = context_of(ANNA, "Linden Bank")


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "passwordpassword",
        "zaq12wsx!QAZ",
        "qwertyuiop[]",
        "aaaaaaaaaaaaaaaa",
        "abcdefghijkl",
        "Anna Kowalska 2024",
        "annakowalska1",
        "4nna_K0walska!",
        "ŁucjaKowalska99",
        "LindenBank2026!",
        "Linden-Linden-Linden",
        "GdanskGdansk12",
        "OnRecord-OnRecord",
        "haslo1234567",
        "Warszawa2024!",
        "styczen2025!!",
        "Polska2024!!",
        "Welcome2026!!",
        "Monday123456!",
        "Summer2026!!!",
        "September2026!",
        "1qaz@WSX3edc",
        "!QAZ2wsx#EDC",
        "JanPawel2123",
        "RealMadryt12",
        "lubieplacki123",
        "            ",
    ],
)
def test_what_would_be_tried_first_is_refused(password: str) -> None:
    assert is_guessable(password, CONTEXT)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "zielony rower jedzie",
        "three unrelated words",
        "abd-ghj-ert-wwq-zst",
        "Anna's green bicycle sings",
        "monday brings a green whale",
        "vT7#kq02LmZx",
    ],
)
def test_what_has_nothing_to_do_with_it_is_taken(password: str) -> None:
    assert not is_guessable(password, CONTEXT)


def test_the_names_of_one_are_no_context_of_another() -> None:
    assert is_guessable("Zbigniewicz Kordula", ["Kordula Zbigniewicz"])
    assert not is_guessable("Zbigniewicz Kordula", CONTEXT)


def test_a_long_password_is_read_in_bounded_time() -> None:
    assert not is_guessable("many words of no account " * 40, CONTEXT)
