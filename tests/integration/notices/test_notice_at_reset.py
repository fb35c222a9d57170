"""Who comes in anew is shown the notice that they owe, before their code is used up."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from onrecord.core.domain.values import Origin
from onrecord.features.notices.texts import Notice
from onrecord.features.people.requests import ResetClient
from tests.integration.clients.test_invites import refused
from tests.integration.front_desk import NOTICES, Desk, open_desk
from tests.integration.office import BY_TWO, CHAT, Office

AT = Origin("password")


@dataclass
class Reset:
    """Clara accepted the first English notice; English has changed since, Polish has not."""

    desk: Desk
    token: str
    polish: Notice
    english: Notice


async def reset(office: Office, folder: Path) -> Reset:
    texts = dict(NOTICES)
    desk = open_desk(office, folder, texts)
    ada = (await office.hire(role="advisor")).actor
    _, token = await desk.invite(ada)  # in Polish
    await desk.invitation.send_code(token, CHAT)
    opened = await desk.invitation.accept(token, desk.code(), texts["en"].sha256, CHAT)
    office.clock.move(days=1)
    since = office.clock.now()
    texts["en"] = Notice("en", "Recorded", "All of it, and calls.", since=since)
    office.clock.move(days=1)
    made = await desk.assured.again.begin(
        ada, AT, ResetClient(opened.person.id, None, "screen"), BY_TWO
    )
    return Reset(desk, made.link.partition("#invite=")[2], texts["pl"], texts["en"])


def test_reset_while_the_older_translation_is_shown(office: Office, tmp_path: Path) -> None:
    async def story() -> None:
        case = await reset(office, tmp_path / "letters")
        show = case.desk.invitation.show
        shown = [await show(case.token, CHAT, locale) for locale in (None, "pl", "en")]
        assert [each.notice for each in shown] == [case.english] * 3
        await case.desk.invitation.send_code(case.token, CHAT)
        notice = shown[0].notice.sha256
        await case.desk.invitation.accept(case.token, case.desk.code(), notice, CHAT)

    asyncio.run(story())


def test_a_notice_that_is_not_owed_uses_up_no_code(office: Office, tmp_path: Path) -> None:
    async def story() -> None:
        case = await reset(office, tmp_path / "letters")
        await case.desk.invitation.send_code(case.token, CHAT)
        code, accept = case.desk.code(), case.desk.invitation.accept
        old = accept(case.token, code, case.polish.sha256, CHAT)
        assert await refused(old) == "notice_changed"
        await accept(case.token, code, case.english.sha256, CHAT)

    asyncio.run(story())


def test_who_owes_nothing_is_shown_the_notice_in_the_language_of_the_page(
    office: Office, tmp_path: Path
) -> None:
    async def story() -> None:
        desk = open_desk(office, tmp_path / "letters")
        ada = (await office.hire(role="advisor")).actor
        opened = await desk.bring_in(ada)
        made = await desk.assured.again.begin(
            ada, AT, ResetClient(opened.person.id, None, "screen"), BY_TWO
        )
        token = made.link.partition("#invite=")[2]
        shown = await desk.invitation.show(token, CHAT, "en")
        assert shown.notice == NOTICES["en"]
        await desk.invitation.send_code(token, CHAT)
        await desk.invitation.accept(token, desk.code(), shown.notice.sha256, CHAT)

    asyncio.run(story())
