"""Headers and parts of a mail, as the standard library reads them."""

import random
from email import message_from_bytes
from email.headerregistry import Address
from email.policy import default

import pytest

from onrecord_archive.sinks.journal_mail.mime import headers, multipart, text_part
from onrecord_archive.sinks.journal_mail.record import one_line

LETTERS = 'aż ł\r\n=?.é🙂\t"(),<>@;:\\_-utf8Q\u200d\u2028xyz0'


def drawn(seed: int, most: int) -> str:
    chance = random.Random(seed)
    return "".join(chance.choice(LETTERS) for _ in range(chance.randrange(most)))


def letters(text: str) -> str:
    """The text without blanks: of a long header the library may double or lose one."""
    return "".join(text.split())


@pytest.mark.parametrize("seed", range(60))
def test_what_is_said_is_read_and_every_line_is_one_of_a_mails(seed: int) -> None:
    name, text = one_line(drawn(seed, 250)), drawn(seed, 2000)
    about = headers([("Subject", name), ("To", [Address(name, "a" * 32, "bank.example")])])
    made = about + multipart("mixed", "==b", [text_part("plain", text)])
    mail = message_from_bytes(made, policy=default)
    (part,) = mail.iter_parts()
    assert letters(mail["Subject"] or "") == letters(name)
    assert letters(mail["To"].addresses[0].display_name) == letters(name)
    lines = text.encode().splitlines()
    assert part.get_content().encode() == b"".join(line + b"\r\n" for line in lines)
    assert not [each for found in mail.walk() for each in found.defects]
    assert made.isascii()
    for line in made.split(b"\r\n"):
        assert len(line) <= 78
        assert not set(b"\r\n") & set(line)


@pytest.mark.parametrize("name", ["a" * 200, "Anna Łęcka", 'Anna "A." Łęcka, Esq.', "Ω" * 200, ""])
@pytest.mark.parametrize("size", [32, 64])
def test_many_addresses_are_one_header_however_long_each_is(name: str, size: int) -> None:
    """The library ends all headers, by an empty line, after an address that is a line alone."""
    given = [Address(name, f"{number:0{size}x}", "d" * 40) for number in range(100)]
    made = headers([("To", given), ("Subject", "after it")])
    assert b"\r\n\r\n" not in made
    mail = message_from_bytes(made + b"\r\n", policy=default)
    assert [each.addr_spec for each in mail["To"].addresses] == [each.addr_spec for each in given]
    assert {letters(each.display_name) for each in mail["To"].addresses} == {letters(name)}
    assert mail["Subject"] == "after it"


@pytest.mark.parametrize("value", ["a\nBcc: x@y.example", "a\rb", "a\r\n b"])
def test_a_line_end_in_a_header_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="linefeed"):
        headers([("Subject", value)])
