"""What a welcome tells is what the settings say, each under its own name."""

from collections.abc import Mapping

from onrecord.app.sockets import told
from onrecord.protocol.frames import Welcome
from tests.rig.settings import changed, settings_of

OF_THE_SOCKET = {"person", "device", "server_time", "heartbeat_s", "limits", "recording"}
ALL: Mapping[str, Mapping[str, object]] = {
    "policy": {"off_channel": False, "orders": "stop", "orders_banner": {"pl": "Bez zleceń."}},
    "devices": {"kept_days": 3, "lock_minutes": 1.5},
    "help": {"calls": {"en": "Use Webex."}},
}


def test_a_welcome_tells_each_of_these_settings_and_nothing_else_of_them() -> None:
    said = told(changed(settings_of(), **ALL))
    assert set(said) == set(Welcome.__struct_fields__) - OF_THE_SOCKET
    chosen = {name: value for section in ALL.values() for name, value in section.items()}
    assert {name: said[name] for name in chosen} == chosen


def test_words_that_the_firm_has_not_set_are_not_told() -> None:
    assert not {"orders_banner", "calls"} & set(told(settings_of()))
