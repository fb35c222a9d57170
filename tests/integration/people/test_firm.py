"""The firm's name and picture, for whoever opens the page."""

import base64
from hashlib import sha256

from onrecord.core.domain.values import SYSTEM
from onrecord.features.people.firm import Firm
from onrecord.features.people.firm_routes import FRESH_S, LOOKS
from tests.integration.house import House
from tests.integration.office import CONSOLE
from tests.integration.visitors import a_picture

PATH = "/api/v1/firm"


def test_a_stranger_sees_the_name_and_the_picture_and_nothing_else(open_house: House) -> None:
    firm = open_house.root[Firm]
    open_house.run(firm.rename(SYSTEM, CONSOLE, "Linden Private Bank"))
    name = open_house.run(firm.set_picture(SYSTEM, CONSOLE, a_picture("gold")))
    answer = open_house.client().get(PATH)
    assert set(answer.json()) == {"name", "picture"}
    assert sha256(base64.b64decode(answer.json()["picture"])).hexdigest() == name
    assert "set-cookie" not in answer.headers


def test_without_a_picture_there_is_a_name_alone(open_house: House) -> None:
    assert open_house.client().get(PATH).json() == {"name": "Bank"}


def test_browsers_keep_it_for_a_while_and_are_told_when_it_is_the_same(open_house: House) -> None:
    stranger = open_house.client()
    first = stranger.get(PATH)
    assert first.headers["cache-control"] == f"public, max-age={FRESH_S}"
    again = stranger.get(PATH, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    open_house.run(open_house.root[Firm].rename(SYSTEM, CONSOLE, "Linden Private Bank"))
    renamed = stranger.get(PATH, headers={"if-none-match": first.headers["etag"]})
    assert renamed.json() == {"name": "Linden Private Bank"}


def test_one_address_asks_only_so_often(open_house: House) -> None:
    stranger = open_house.client()
    answers = [stranger.get(PATH).status_code for _ in range(LOOKS.burst)]
    assert set(answers) == {200}
    refused = stranger.get(PATH)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_attempts")
