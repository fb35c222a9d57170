"""axe-core finds nothing at all on any scene of the gallery, each in one of four looks.

Every other look of a screen is drawn from the same parts; those that differ in more than colour and
words have scenes of their own.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e.client.test_accessibility import findings_as_it_is
from tests.e2e.conftest import ChromiumWith
from tests.e2e.pictures_screens import BY_HAND, SCREENS, gallery_screens
from tests.e2e.pictures_stage import Bank, Look, Visit, gallery

pytestmark = [pytest.mark.proofs("width"), pytest.mark.gallery]

LOOKS = (
    Look(390, 844, "light", "pl"),
    Look(1280, 800, "dark", "pl"),
    Look(390, 844, "dark", "en"),
    Look(1280, 800, "light", "en"),
)
SCENES = tuple(
    dict.fromkeys(
        scene
        for screen, scenes in SCREENS.items()
        if screen != BY_HAND
        for scene in scenes
        if scene not in SCREENS[BY_HAND]
    )
)
"""All that the gallery has; a test of the client holds the list against its screens."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with gallery() as address:
        yield address


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_axe_finds_nothing(look: Look, address: str, chromium_with: ChromiumWith) -> None:
    browser: Browser = chromium_with()
    found: list[str] = []

    def listen(caption: str, visit: Visit) -> None:
        found.extend(f"{caption}: {rule}" for rule in findings_as_it_is(visit.page))

    scenes = SCENES[LOOKS.index(look) :: len(LOOKS)]
    gallery_screens(scenes)(Bank(None, address, browser), look, listen)
    browser.close()
    assert found == []


def test_control_a_button_without_a_name_is_found(
    address: str, chromium_with: ChromiumWith
) -> None:
    found: list[str] = []

    def listen(_: str, visit: Visit) -> None:
        visit.page.evaluate(
            "document.querySelector('main').append(document.createElement('button'))"
        )
        found.extend(findings_as_it_is(visit.page))

    gallery_screens(["deal"])(Bank(None, address, chromium_with()), LOOKS[0], listen)
    assert any("button-name" in rule for rule in found)
