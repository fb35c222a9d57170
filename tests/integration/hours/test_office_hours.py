"""Office hours over HTTP: set by administrators, recorded, and each person's own."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from onrecord.core.roles.permission import Holder
from onrecord_archive.format.record import format_time
from tests.integration.sign_in.test_sessions import said
from tests.integration.visitors import Bank, Visitor, user_name, visitor

HOURS = "/api/v1/admin/hours"
WEEK = [["09:00-17:00"]] * 5 + [[], []]
PLAN: dict[str, Any] = {"zone": "Europe/Warsaw", "week": WEEK, "holidays": []}


def later(**by: float) -> str:
    return format_time(datetime.now(UTC) + timedelta(**by))


def put(adam: Visitor, plan: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    """Set the office hours; return the answer's body."""
    version = adam.ask("console", "GET", HOURS).json()["version"]
    body = {"replaces": version, **({} if plan is None else {"plan": plan}), **more}
    found: dict[str, Any] = adam.ask("console", "PUT", HOURS, body).json()
    return found


def test_office_hours_are_recorded_and_shown_six_weeks_ahead(adam: Visitor, ada: Visitor) -> None:
    today = datetime.now(UTC).date()
    monday = today + timedelta(days=7 + (7 - today.weekday()) % 7)
    holiday = {"date": monday.isoformat(), "name": "Founder’s day", "closed": "12:00-24:00"}
    made = put(adam, {**PLAN, "holidays": [holiday]}, texts={"pl": "Nie ma nas."})
    assert made["plan"]["holidays"] == [holiday]
    day = next(one for one in made["ahead"] if one["date"] == monday.isoformat())
    assert (len(made["ahead"]), day["hours"]) == (42, ["09:00-12:00"])
    assert day["holidays"] == ["Founder’s day"]
    record = ada.ask("console", "GET", "/api/v1/streams/config/records").json()["records"][0]
    assert record["type"] == "hours.set"
    assert record["facts"]["week"][0] == "mon 09:00-17:00"
    assert record["facts"]["holidays"] == [f"{monday.isoformat()} 12:00-24:00 Founder’s day"]
    assert record["facts"]["text_pl"] == "Nie ma nas."


def test_who_has_not_seen_the_last_change_replaces_nothing(adam: Visitor) -> None:
    stale = adam.ask("console", "GET", HOURS).json()["version"]
    put(adam, PLAN, texts={"en": f"Closed, {datetime.now(UTC)}."})
    answer = adam.ask("console", "PUT", HOURS, {"replaces": stale, "plan": PLAN})
    assert (answer.status_code, answer.json()["code"]) == (409, "hours_changed")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"zone": "Europe/Atlantis"}, "bad_zone"),
        ({"week": [["09:00-12:00", "11:00-13:00"]] * 7}, "bad_hours"),
        ({"week": [["9 to 5"]] * 7}, "bad_body"),
        ({"week": WEEK[:6]}, "bad_body"),
        ({"holidays": [{"date": "2026-02-30", "name": "x"}]}, "bad_holiday"),
    ],
)
def test_hours_that_cannot_be_kept_are_refused(
    adam: Visitor, change: dict[str, Any], code: str
) -> None:
    assert put(adam, {**PLAN, **change})["code"] == code
    tried = adam.ask("console", "POST", f"{HOURS}/preview", {"plan": {**PLAN, **change}})
    assert tried.json()["code"] == code


def test_a_draft_is_tried_out_and_changes_nothing(adam: Visitor) -> None:
    before = adam.ask("console", "GET", HOURS).json()
    draft = {**PLAN, "week": [["22:00-24:00"]] * 7}
    ahead = adam.ask("console", "POST", f"{HOURS}/preview", {"plan": draft}).json()["ahead"]
    assert {tuple(day["hours"]) for day in ahead} == {("22:00-24:00",)}
    text = {"text": "2026-12-25 Christmas Day"}
    read = adam.ask("console", "POST", f"{HOURS}/holidays", text).json()
    assert read["holidays"] == [{"date": "2026-12-25", "name": "Christmas Day"}]
    assert adam.ask("console", "GET", HOURS).json() == before


def test_an_advisor_has_a_week_and_an_absence_of_their_own(bank: Bank, ada: Visitor) -> None:
    with visitor(bank, "advisor@advisor") as max_:
        own = {"zone": "Europe/London", "week": [[], ["10:00-14:00"], *[[]] * 5]}
        set_ = max_.ask("chat", "PUT", "/api/v1/me/hours", own).json()
        assert (set_["zone"], set_["week"][1]) == ("Europe/London", ["10:00-14:00"])
        away = {"until": later(days=3), "texts": {"en": "I am at sea.", "pl": "Jestem na morzu."}}
        gone = max_.ask("chat", "PUT", "/api/v1/me/away", away).json()["away"]
        assert (gone["until"], gone["texts"]) == (away["until"], away["texts"])
        assert said(ada, "hours.own_set", "I am at sea.")
        assert max_.ask("chat", "DELETE", "/api/v1/me/away").status_code == 204
        shown = max_.ask("chat", "GET", "/api/v1/me/hours").json()
        assert ("away" in shown, shown["zone"]) == (False, "Europe/London")


def test_an_administrator_notes_an_absence_for_somebody(bank: Bank, adam: Visitor) -> None:
    of = f"/api/v1/admin/people/{bank.made.people[user_name('advisor')].id}"
    assert adam.ask("console", "PUT", f"{of}/away", {"until": later(hours=5)}).is_success
    assert "away" in adam.ask("console", "GET", f"{of}/hours").json()
    past = adam.ask("console", "PUT", f"{of}/away", {"until": later(hours=-1)})
    assert past.json()["code"] == "bad_period"
    assert adam.ask("console", "DELETE", f"{of}/away").status_code == 204


@pytest.mark.parametrize("who", ["client", "administrator"])
def test_only_who_answers_clients_has_hours_of_their_own(
    bank: Bank, adam: Visitor, who: Holder
) -> None:
    of = f"/api/v1/admin/people/{bank.made.people[user_name(who)].id}/away"
    answer = adam.ask("console", "PUT", of, {"until": later(days=1)})
    assert answer.json()["code"] == "not_an_advisor"
