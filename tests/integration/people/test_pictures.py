"""Pictures of people and of the firm: recorded, and shown to those who may see them, each time."""

import base64
import hashlib
import io
from typing import Any

import pytest
from PIL import Image

from tests.integration.visitors import Bank, Visitor, a_picture, visitor

OWN = "/api/v1/me/picture"
FIRM = "/api/v1/admin/firm"


@pytest.fixture(scope="module")
def nina_s(bank: Bank) -> str:
    """A picture that Nina set herself; who has met her is Omar alone."""
    with visitor(bank, "nina") as nina:
        return str(nina.upload("chat", OWN, a_picture("orange", "JPEG")).json()["picture"])


def seen(one: Visitor, picture: str, **headers: str) -> Any:
    """The answer to a request for a picture."""
    return one.ask("chat", "GET", f"/api/v1/pictures/{picture}", **headers)


def test_a_colleague_sees_it_and_the_list_names_it(bank: Bank, nina_s: str) -> None:
    with visitor(bank, "omar") as omar:
        answer = seen(omar, nina_s)
        people = {one["id"]: one for one in omar.ask("chat", "GET", "/api/v1/people").json()}
    assert hashlib.sha256(answer.content).hexdigest() == nina_s
    assert Image.open(io.BytesIO(answer.content)).size == (256, 256)
    assert people[bank.made.people["nina"].id]["picture"] == nina_s


def test_a_browser_asks_each_time_and_may_show_its_copy(bank: Bank, nina_s: str) -> None:
    with visitor(bank, "omar") as omar:
        first = seen(omar, nina_s)
        again = seen(omar, nina_s, if_none_match=first.headers["etag"])
    assert first.headers["content-type"] == "image/webp"
    assert first.headers["cache-control"] == "private, no-cache"
    assert "sandbox" in first.headers["content-security-policy"]
    assert (again.status_code, again.content) == (304, b"")


def test_a_client_sees_whom_they_share_a_conversation_with_and_nobody_else(
    bank: Bank, nina_s: str
) -> None:
    with visitor(bank, "omar") as omar, visitor(bank, "client@client") as client:
        omar_s = omar.upload("chat", OWN, a_picture("navy")).json()["picture"]
        etag = f'"{nina_s}"'
        assert seen(client, omar_s).is_success
        for answer in (seen(client, nina_s), seen(client, nina_s, if_none_match=etag)):
            assert (answer.status_code, answer.json()["code"]) == (404, "no_such_picture")


def test_who_is_signed_out_sees_none(bank: Bank, nina_s: str) -> None:
    with visitor(bank, "omar") as omar:
        omar.ask("chat", "POST", "/api/v1/sign-out")
        assert seen(omar, nina_s).json()["code"] == "device_revoked"


def test_a_replaced_picture_is_shown_no_more_and_stays_on_the_record(
    bank: Bank, ada: Visitor
) -> None:
    with visitor(bank, "advisor@advisor") as advisor:
        first = advisor.upload("chat", OWN, a_picture("red")).json()["picture"]
        second = advisor.upload("chat", OWN, a_picture("green")).json()["picture"]
        assert seen(advisor, first).status_code == 404
        assert seen(advisor, second).is_success
        assert advisor.ask("chat", "DELETE", OWN).status_code == 204
        assert seen(advisor, second).status_code == 404
    records = ada.ask("console", "GET", "/api/v1/streams/identity/records").json()["records"]
    of_pictures = [one for one in records if one["type"].startswith("picture.")]
    mine = [(one["type"], one["facts"].get("sha256")) for one in of_pictures[:3]]
    assert mine == [("picture.removed", None), ("picture.set", second), ("picture.set", first)]
    assert all("data" not in one["facts"] for one in records)


def test_an_administrator_sets_somebody_s_and_takes_it_away(bank: Bank, adam: Visitor) -> None:
    person = bank.made.people["compliance@compliance"].id
    path = f"/api/v1/admin/people/{person}/picture"
    made = adam.upload("console", path, a_picture("black", "WEBP"))
    assert adam.ask("console", "GET", f"/api/v1/pictures/{made.json()['picture']}").is_success
    accounts = adam.ask("console", "GET", "/api/v1/admin/people").json()["people"]
    assert [one["picture"] for one in accounts if one["id"] == person] == [made.json()["picture"]]
    assert adam.ask("console", "DELETE", path).status_code == 204
    nobody = adam.upload("console", f"/api/v1/admin/people/{'0' * 32}/picture", a_picture("red"))
    assert nobody.json()["code"] == "no_such_person"


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"\x89PNG\r\n\x1a\nnot really"])
def test_what_is_no_picture_is_refused(adam: Visitor, data: bytes) -> None:
    answer = adam.upload("chat", OWN, data)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_picture")


def test_a_picture_has_a_size(adam: Visitor) -> None:
    answer = adam.upload("chat", OWN, bytes(9 * 1024 * 1024))
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_the_firm_s_name_and_picture_are_everybody_s_and_no_one_becomes_a_stranger(
    bank: Bank, adam: Visitor, ada: Visitor
) -> None:
    org = adam.ask("console", "GET", FIRM).json()["org"]
    assert adam.ask("console", "PUT", FIRM, {"name": "Rig & Partners"}).status_code == 204
    picture = adam.upload("console", f"{FIRM}/picture", a_picture("gold")).json()["picture"]
    with visitor(bank, "client@client") as client, visitor(bank, "omar") as omar:
        me = client.ask("chat", "GET", "/api/v1/me").json()
        assert (me["firm"], me["firm_picture"]) == ("Rig & Partners", picture)
        assert seen(client, picture).is_success
        own = omar.ask("chat", "GET", "/api/v1/me").json()["person"]
        assert (own["org"], own["outside"]) == (org, False)
    records = ada.ask("console", "GET", "/api/v1/streams/config/records").json()["records"]
    assert [one["type"] for one in records[:2]] == ["firm.picture_set", "firm.named"]
    assert adam.ask("console", "DELETE", f"{FIRM}/picture").status_code == 204
    assert adam.ask("console", "PUT", FIRM, {"name": org}).status_code == 204


def test_who_is_invited_sees_with_whom_they_will_write(bank: Bank, adam: Visitor) -> None:
    firm = adam.upload("console", f"{FIRM}/picture", a_picture("silver")).json()["picture"]
    invite = {"name": "Eva", "address": "eva@x.example", "locale": "en", "way": "screen"}
    with visitor(bank, "advisor@advisor") as advisor:
        own = advisor.upload("chat", OWN, a_picture("plum")).json()["picture"]
        link = advisor.ask("chat", "POST", "/api/v1/invites", invite).json()["link"]
        token = link.partition("#invite=")[2]
        shown = advisor.ask("chat", "POST", "/api/v1/invitation", {"invite": token}).json()
    assert shown["firm"] == "Rig Bank"
    assert "Eva" not in shown.values(), "before a code, nobody is told whose link it is"
    found = [shown["advisor_picture"], shown["firm_picture"]]
    assert [hashlib.sha256(base64.b64decode(one)).hexdigest() for one in found] == [own, firm]
