"""A mail server that refuses, a provider that never answers: no record says that a letter left."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onrecord.core.domain.errors import Unavailable
from onrecord.core.domain.values import SystemEntry
from onrecord.core.threads import Threads
from onrecord.demo.certificates import DemoTls, ensure_certificates
from onrecord.features.clients.invites import Invitee
from onrecord.features.notifications.letters import mail as mail_carrier
from onrecord.features.notifications.letters import sms
from onrecord.features.notifications.letters.mail import MailCarrier, MailOptions
from onrecord.features.notifications.letters.sms import SmsCarrier, SmsOptions
from tests.integration.front_desk import Desk, open_desk
from tests.integration.notifications.receivers import (
    MailServer,
    Provider,
    mail_server,
    sms_provider,
)
from tests.integration.office import CHAT, Office
from tests.rig.patience import SECONDS as PATIENCE

EVE = Invitee("Eve", "eve@example.com", "en", "mail")
JAN = Invitee("Jan", "+48 601 234 567", "en", "sms")


class Outside:
    """A desk whose letters go to a real mail server and a real provider."""

    def __init__(self, desk: Desk, mail: MailServer, provider: Provider) -> None:
        self.desk, self.mail, self.provider = desk, mail, provider

    def refuse(self, patch: pytest.MonkeyPatch) -> None:
        """Let no letter be taken from now on; the provider is not waited for."""
        self.mail.answer = "554 No such mailbox"
        self.provider.answers.clear()
        patch.setattr(sms, "TIMEOUT_S", 0.3)

    async def of_letters(self) -> list[tuple[str, object]]:
        """Type of each record of a letter, and why it failed."""
        await self.desk.office.entries.settle()
        bodies = [each.body for each in self.desk.office.records.entries]
        return [
            (body.type, body.facts.get("code"))
            for body in bodies
            if isinstance(body, SystemEntry) and body.type.startswith("letter.")
        ]


@pytest.fixture
def outside(
    office: Office, bridge: Threads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Outside]:
    for carrier in (mail_carrier, sms):
        monkeypatch.setattr(carrier, "TIMEOUT_S", PATIENCE)
    with _receivers(tmp_path) as (tls, mail, provider):
        token = tmp_path / "token"
        token.write_text("a token")
        to = MailOptions("localhost", mail.port, "starttls", "a@bank.example", ca_file=tls.ca)
        url = f"https://localhost:{provider.port}/messages"
        yield Outside(
            open_desk(
                office,
                tmp_path / "letters",
                carriers={
                    "mail": MailCarrier(to, bridge, "chat.example"),
                    "sms": SmsCarrier(SmsOptions(url, "Bank", token, tls.ca)),
                },
            ),
            mail,
            provider,
        )
        provider.answers.set()


@contextmanager
def _receivers(folder: Path) -> Iterator[tuple[DemoTls, MailServer, Provider]]:
    tls = DemoTls(folder / "tls")
    tls.folder.mkdir()
    ensure_certificates(tls, datetime.now(UTC))
    with mail_server(tls, starttls=True) as mail, sms_provider(tls) as provider:
        yield tls, mail, provider


@pytest.mark.parametrize("invitee", [EVE, JAN], ids=["mail", "sms"])
def test_what_was_taken_is_said_to_have_left(outside: Outside, invitee: Invitee) -> None:
    async def story() -> None:
        ada = (await outside.desk.office.hire(role="advisor")).actor
        made, token = await outside.desk.invite(ada, invitee)
        await outside.desk.invitation.send_code(token, CHAT)
        assert made.invite.sent
        assert sorted(await outside.of_letters(), key=str) == [
            *[("letter.ordered", None)] * 2,
            *[("letter.sent", None)] * 2,
        ]
        assert len(outside.mail.letters) + len(outside.provider.posts) == 2

    asyncio.run(story())


@pytest.mark.parametrize("invitee", [EVE, JAN], ids=["mail", "sms"])
def test_what_was_not_is_said_to_have_failed(
    outside: Outside, invitee: Invitee, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        ada = (await outside.desk.office.hire(role="advisor")).actor
        outside.refuse(monkeypatch)
        made, token = await outside.desk.invite(ada, invitee)
        assert not made.invite.sent
        with pytest.raises(Unavailable) as caught:
            await outside.desk.invitation.send_code(token, CHAT)
        assert caught.value.code == "letter_not_taken"
        assert sorted(await outside.of_letters(), key=str) == [
            *[("letter.failed", "letter_not_taken")] * 2,
            *[("letter.ordered", None)] * 2,
        ]
        assert outside.mail.letters == []

    asyncio.run(story())
