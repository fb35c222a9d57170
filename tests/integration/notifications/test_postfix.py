"""A letter through a mail server that a bank might run."""

from collections.abc import Iterator
from typing import Literal

import pytest

from onrecord.core.threads import Threads
from onrecord.demo.certificates import DemoTls
from onrecord.features.clients.addresses import Address
from onrecord.features.notifications.letters.mail import MailCarrier, MailOptions
from tests.integration.notifications.postfix import Postfix, running_postfix
from tests.integration.notifications.test_letters import LINK, refused, send


@pytest.fixture(scope="module")
def postfix(tls: DemoTls) -> Iterator[Postfix]:
    with running_postfix(tls) as postfix:
        yield postfix


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_postfix_takes_a_letter_and_delivers_it(
    postfix: Postfix, tls: DemoTls, threads: Threads, security: Literal["tls", "starttls"]
) -> None:
    port = postfix.tls if security == "tls" else postfix.starttls
    options = MailOptions("localhost", port, security, "a@bank.example", ca_file=tls.ca)
    send(MailCarrier(options, threads, "chat.bank.example"))
    letter = postfix.letter()
    assert letter["to"] == letter["delivered-to"] == "clara@example.com"
    assert letter["subject"] == "Żaneta Łuć zaprasza do rozmowy"
    assert "TLSv1.3" in str(letter["received"])
    assert LINK in letter.get_content()


def test_an_address_that_it_refuses_is_told(
    postfix: Postfix, tls: DemoTls, threads: Threads
) -> None:
    port = postfix.starttls
    options = MailOptions("localhost", port, "starttls", "a@bank.example", ca_file=tls.ca)
    carrier = MailCarrier(options, threads, "chat.bank.example")
    assert refused(carrier, Address("mail", "clara@elsewhere.example")) == "letter_not_taken"
