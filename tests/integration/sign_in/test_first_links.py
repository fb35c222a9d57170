"""Of the links of one person one is used, whoever opens them, at once too. Both databases."""

import asyncio
from dataclasses import replace

from onrecord.core.domain.errors import NotSignedIn
from onrecord.features.sign_in.service import Opened
from tests.integration.clients.test_assurance import office
from tests.integration.office import BY_TWO, CHAT, CONSOLE, PASSWORD, Office

__all__ = ["office"]
AT_ONCE = 8


def test_of_two_first_links_and_many_who_open_them_at_once_one_comes_in(office: Office) -> None:
    async def story() -> None:
        adam = (await office.hire("adam", role="administrator")).actor
        for turn in range(5):
            jan = await office.hire(f"jan{turn}", role="advisor")
            made = [await office.links.create(adam, CONSOLE, jan.id, "chat") for _ in range(2)]
            tokens = [each.path.partition("=")[2] for each in made]
            opening = [
                office.sign_in.by_link(tokens[n % 2], replace(CHAT, address=f"192.0.2.{n}"))
                for n in range(AT_ONCE)
            ]
            came = await asyncio.gather(*opening, return_exceptions=True)
            (opened,) = [each for each in came if isinstance(each, Opened)]
            assert opened.person.id == jan.id
            refused = [each.code for each in came if isinstance(each, NotSignedIn)]
            assert len(refused) == AT_ONCE - 1, came
            assert set(refused) <= {"link_used", "bad_link", "bad_credentials"}
            assert len(await office.sessions.of(jan.id)) == 1

    asyncio.run(story())


def test_of_two_links_that_two_agreed_on_one_lets_in_also_where_both_were_taken(
    office: Office,
) -> None:
    async def story() -> None:
        adam = (await office.hire("adam", role="administrator")).actor
        for turn in range(5):
            jan = await office.hire(f"jan{turn}", role="advisor")
            await office.sign_in.by_password(f"jan{turn}", PASSWORD, CHAT)
            made = [
                await office.links.create(adam, CONSOLE, jan.id, "chat", warrant=BY_TWO)
                for _ in range(2)
            ]
            tokens = [each.path.partition("=")[2] for each in made]
            came = await asyncio.gather(
                *(office.sign_in.by_link(tokens[n % 2], CHAT) for n in range(AT_ONCE)),
                return_exceptions=True,
            )
            (_,) = [each for each in came if isinstance(each, Opened)]
            assert len([each for each in came if isinstance(each, NotSignedIn)]) == AT_ONCE - 1
            assert len(await office.sessions.of(jan.id)) == 2

    asyncio.run(story())
