"""A device whose session has ended is told how: while it is connected, and when it comes back."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from onrecord.core.domain.errors import NotSignedIn
from onrecord.core.domain.values import Actor, Origin
from onrecord.features.people.requests import ResetClient
from onrecord.features.sign_in.service import Opened
from tests.integration.front_desk import Desk, open_desk
from tests.integration.office import (
    BY_TWO,
    CHAT,
    CONSOLE,
    PASSWORD,
    Office,
    change_password,
)

AT = Origin("password")


@dataclass(frozen=True)
class Case:
    """A client's session, and their advisor."""

    office: Office
    desk: Desk
    advisor: Actor
    opened: Opened


async def reset(case: Case) -> None:
    await case.desk.assured.again.begin(
        case.advisor, AT, ResetClient(case.opened.person.id, None, "screen"), BY_TWO
    )


async def revoked(case: Case) -> None:
    session = case.opened.session
    await case.office.sign_out.session(case.advisor, AT, session.person, session.id)


async def shut_out(case: Case) -> None:
    await case.office.people.deactivate(case.advisor, CONSOLE, case.opened.person.id)


async def left(case: Case) -> None:
    await case.desk.leaving.leave(case.opened.person.actor, CONSOLE)


async def nothing(case: Case) -> None:
    return None


async def told(case: Case) -> str | None:
    """How the cookie is answered; None: it lets in."""
    try:
        await case.office.sessions.find(case.opened.secret, "chat")
    except NotSignedIn as refused:
        return refused.code
    return None


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (reset, "client_reset"),
        (revoked, "device_revoked"),
        (shut_out, "deactivated"),
        (left, "left"),
        (nothing, None),
    ],
)
def test_a_client_s_device_is_told(
    office: Office, tmp_path: Path, end: Callable[[Case], Awaitable[None]], code: str | None
) -> None:
    async def story() -> None:
        desk = open_desk(office, tmp_path / "letters")
        ada = (await office.hire(role="advisor")).actor
        case = Case(office, desk, ada, await desk.bring_in(ada))
        session, heard = case.opened.session, list[str]()
        office.registry.admit(session.id, session.person, None)
        office.registry.watch(session.id, session.person, heard.append)
        await end(case)
        assert heard == ([] if code is None else [code])
        assert await told(case) == code

    asyncio.run(story())


def test_a_session_that_is_not_known_is_told_nothing(office: Office) -> None:
    async def story() -> None:
        await office.hire()
        await office.sign_in.by_password("ada", PASSWORD, CHAT)
        with pytest.raises(NotSignedIn) as refused:
            await office.sessions.find("x" * 43, "chat")
        assert refused.value.code == "no_session"

    asyncio.run(story())


def test_one_s_own_people_are_told_of_a_new_password_as_of_another_end(office: Office) -> None:
    async def story() -> None:
        ada = await office.hire()
        opened = await office.sign_in.by_password("ada", PASSWORD, CHAT)
        await change_password(office, ada, "another long horse")
        with pytest.raises(NotSignedIn) as refused:
            await office.sessions.find(opened.secret, "chat")
        assert refused.value.code == "device_revoked"

    asyncio.run(story())
