"""What people do in a chat, once more while something else wants both cores of the machine.

Of each kind of feature the test that stands for it; groups, search, message info, status, people
and the first minute are in test_journeys, voice notes in test_voice.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright

from tests.e2e.busy import busy
from tests.e2e.chat.test_forwarding import (
    test_an_at_offers_members_and_what_was_written_can_be_reported,
)
from tests.e2e.client.test_comfort import (
    test_what_is_formatted_is_elements_of_ours_and_nothing_that_somebody_wrote_is_one,
)
from tests.e2e.notifications.test_alerts import (
    desk,
    phone,
    test_a_device_tells_of_a_message_without_its_text,
)
from tests.e2e.one_bank import OneBank, open_bank
from tests.e2e.personal.test_own_notes import (
    test_a_starred_message_is_found_again_and_shown_in_its_place,
)
from tests.e2e.uploads.test_album import test_an_upload_is_called_off_and_sent_again
from tests.rig.installation import Installation

pytestmark = [pytest.mark.proofs("long"), pytest.mark.both_cores]

__all__ = [
    "desk",
    "phone",
    "test_a_device_tells_of_a_message_without_its_text",
    "test_a_starred_message_is_found_again_and_shown_in_its_place",
    "test_an_at_offers_members_and_what_was_written_can_be_reported",
    "test_an_upload_is_called_off_and_sent_again",
    "test_what_is_formatted_is_elements_of_ours_and_nothing_that_somebody_wrote_is_one",
]


@pytest.fixture(scope="module")
def one_bank(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OneBank]:
    """The same bank anew: nothing of it was done yet."""
    with open_bank(playwright, tmp_path_factory.mktemp("busy-bank")) as bank:
        yield bank


@pytest.fixture(scope="module")
def made(one_bank: OneBank) -> Installation:
    return one_bank.made


@pytest.fixture(autouse=True)
def burning(one_bank: OneBank) -> Iterator[None]:
    """Burn the CPU from when the server is up until the test ends."""
    with busy():
        yield
