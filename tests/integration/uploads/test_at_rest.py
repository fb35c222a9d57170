"""What a server has sealed and stored is readable in none of its files; nor is compliance's key."""

import os
from pathlib import Path

import pytest

from onrecord_archive.format.epoch_key import parse_opening_key
from tests.rig.at_rest import readable
from tests.rig.files import sharer
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import running

TEXT = "zugzwang on the 25th"


def readable_of(made: Installation) -> set[str]:
    """Have Anna send a file with a text; return what of it the server's own files show."""
    data, desk = os.urandom(2_000), made.groups["Desk"]
    with sharer(made, "anna") as anna:
        file = anna.stored(desk, "gambit.bin", data)["id"]
        assert anna.send(desk, [file], TEXT)["t"] == "ack"
    opening = parse_opening_key(made.opening_key.read_bytes())
    secrets = {"text": TEXT.encode(), "name": b"gambit.bin", "file": data[100:200]}
    secrets["compliance's key"] = bytes.fromhex(opening.x25519)
    return set(readable(made.data, secrets))


@pytest.mark.promise("P8")
def test_nothing_of_a_message_is_readable(bank: Installation) -> None:
    assert readable_of(bank) == set()


@pytest.mark.promise("P8", planted=True)
def test_control_a_server_that_seals_nothing_is_noticed(tmp_path: Path) -> None:
    made = install(tmp_path, ["anna", "marek"])
    populate_conversations(made, {"Desk": ["anna", "marek"]})
    (made.data / "opening.key").write_bytes(made.opening_key.read_bytes())
    with running(made, defects="unsealed"):
        assert readable_of(made) == {"text", "name", "file", "compliance's key"}
