"""A default of the settings is the default of the subsystem, and a set value arrives."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from onrecord.app.events import RULES, TABLES
from onrecord.app.settings import options
from onrecord.app.settings.load import load
from onrecord.core.domain.complaints import ComplaintRules
from onrecord.core.domain.errors import RefuseToStart
from onrecord.core.journal.case import Rules
from onrecord.core.roles.table import permits
from onrecord.database.options import PostgresqlOptions, SqlcipherOptions, StorageOptions
from onrecord.features.complaints.categories import ANSWER_DAYS
from onrecord.features.hours.working_days import WorkingDays
from onrecord.features.sign_in.passwords import HashOptions
from onrecord.features.sign_in.sessions import SessionOptions
from onrecord.protocol.limits import WireLimits
from onrecord_archive.transcript.complaint_words import categories


def test_the_defaults_are_the_subsystems_own(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert options.wire_limits(settings) == WireLimits()
    complaints = ComplaintRules(timedelta(days=ANSWER_DAYS), categories())
    assert options.rules(RULES, TABLES.moves, settings, WorkingDays()) == Rules(
        RULES, permits, TABLES.moves, complaints=complaints
    )
    assert options.session_options(settings) == SessionOptions()
    assert options.hash_options(settings) == HashOptions()
    place = SqlcipherOptions(tmp_path / "db/onrecord.db", tmp_path / "secrets/database.key")
    assert options.storage_options(settings) == StorageOptions(place)


def test_a_client_is_told_of_an_unread_message_after_two_minutes(tmp_path: Path) -> None:
    assert load(tmp_path).clients.unread_minutes == 2


@pytest.mark.parametrize(
    ("chosen", "days"),
    [
        ("", 104),
        ("session_max_days = 30", 30),
        ("reverify_days = 30", 44),
        ("reverify_days = 365", 90),
    ],
)
def test_a_client_is_signed_out_before_their_period_ends_or_two_weeks_after_it(
    tmp_path: Path, chosen: str, days: int
) -> None:
    (tmp_path / "onrecord.toml").write_text(f"[clients]\n{chosen}\n")
    made = options.session_options(load(tmp_path))
    assert made.client_absolute == timedelta(days=days)
    assert (made.absolute, made.idle) == (timedelta(hours=12), timedelta(hours=2))


def test_postgresql_is_chosen_by_its_host(tmp_path: Path) -> None:
    (tmp_path / "onrecord.toml").write_text(
        '[database]\nhost = "db.bank.example"\nuser = "svc"\nca_file = "tls/db-ca.pem"\n'
    )
    place = options.storage_options(load(tmp_path)).place
    assert isinstance(place, PostgresqlOptions)
    assert (place.host, place.user, place.ca_file) == (
        "db.bank.example",
        "svc",
        tmp_path / "tls/db-ca.pem",
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("messages_per_minute", 7),
        ("burst", 7),
        ("sockets_per_person", 7),
        ("frames_per_second", 7),
        ("frame_bytes", 100_000),
        ("text_bytes", 700),
        ("text_json_bytes", 20_000),
        ("events_frame_bytes", 7_000),
        ("queue_bytes", 100_000),
        ("queue_events", 7),
        ("heartbeat_s", 7),
    ],
)
def test_each_limit_arrives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: int
) -> None:
    monkeypatch.setenv(f"ONRECORD_LIMITS__{name.upper()}", str(value))
    limits = options.wire_limits(load(tmp_path))
    assert limits == msgspec.structs.replace(WireLimits(), **{name: value})


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ("text_bytes = 16_385", "limits.text_bytes: .* less than"),
        ("text_json_bytes = 16_385", "text_json_bytes: at least"),
        ("frame_bytes = 57_343", "frame_bytes: at least"),
    ],
)
def test_a_text_that_fits_into_no_frame_refuses_to_start(
    tmp_path: Path, chosen: str, said: str
) -> None:
    (tmp_path / "onrecord.toml").write_text(f"[limits]\n{chosen}\n")
    with pytest.raises(RefuseToStart, match=said):
        load(tmp_path)


def test_the_edit_window_is_one_for_rules_and_clients(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONRECORD_CONVERSATIONS__EDIT_WINDOW_MINUTES", "15")
    settings = load(tmp_path)
    rules = options.rules(RULES, TABLES.moves, settings, WorkingDays())
    assert rules.edit_window.total_seconds() == 900
    assert options.wire_limits(settings).edit_window_s == 900


def test_a_firms_own_list_of_complaints_arrives(tmp_path: Path) -> None:
    (tmp_path / "onrecord.toml").write_text(
        '[complaints]\nanswer_days = 56\ndays = "working"\n'
        '[complaints.categories]\nhours = {en = "Opening hours", pl = "Godziny otwarcia"}\n'
    )
    days = WorkingDays()
    chosen = options.complaint_rules(load(tmp_path), days)
    assert (chosen.within, list(chosen.categories)) == (timedelta(days=56), ["hours", "other"])
    assert chosen.working == days.after


@pytest.mark.parametrize(
    "wrong",
    ["Hours = {en = 'x'}", "hours = {}", "hours = {en = ' '}", f"hours = {{en = '{'x' * 101}'}}",
     "hours = {de = 'x'}", f"{'x' * 41} = {{en = 'x'}}"],
)  # fmt: skip
def test_a_list_that_nobody_can_read_is_refused_at_start(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "onrecord.toml").write_text(f"[complaints.categories]\n{wrong}\n")
    with pytest.raises(RefuseToStart, match=r"complaints\.categories"):
        load(tmp_path)


def test_what_a_guess_at_a_password_costs_arrives(tmp_path: Path) -> None:
    file = tmp_path / "onrecord.toml"
    file.write_text("[passwords]\nmemory_mib = 128\npasses = 4\nlanes = 2\n")
    found = options.hash_options(load(tmp_path))
    assert (found.memory_kib, found.time_cost, found.lanes) == (128 * 1024, 4, 2)


@pytest.mark.parametrize("cheap", ["memory_mib = 18", "passes = 1", "lanes = 0"])
def test_a_guess_at_a_password_is_never_cheaper_than_owasp_allows(
    tmp_path: Path, cheap: str
) -> None:
    (tmp_path / "onrecord.toml").write_text(f"[passwords]\n{cheap}\n")
    with pytest.raises(RefuseToStart) as caught:
        load(tmp_path)
    assert caught.value.code == "bad_settings"


@pytest.mark.promise("P12")
@pytest.mark.parametrize(("connections", "of_one"), [(64, 32), (768, 384), (10_000, 512)])
def test_no_network_has_more_than_half_of_all_connections(
    tmp_path: Path, connections: int, of_one: int
) -> None:
    admission = options.server_options(load(tmp_path), connections).admission
    assert (admission.total, admission.per_network) == (connections, of_one)
