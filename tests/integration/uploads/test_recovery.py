"""Files after a database went back in time, and in copies of the archive."""

import os
import time
from pathlib import Path

import pytest

from onrecord_archive.format.checkpoint import parse_policy
from onrecord_archive.reader.archive import Archive
from onrecord_archive.verify.archive import verify_archive
from tests.rig.command import onrecord
from tests.rig.files import Sharer, sharer
from tests.rig.installation import install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import running

DATA = os.urandom(200_000)


class Story:
    """Anna sends a file, another one that she removes, and stores one that she never sends."""

    def __init__(self, folder: Path) -> None:
        self.folder, copy = folder, folder / "copy"
        copy.mkdir()
        policy = folder / "data" / "keys" / "policy"
        hook = f'[hooks.copy]\nkind = "replica"\n[hooks.copy.options]\npath = "{copy}"\n'
        made = install(folder, ["anna", "marek"], toml=f'{hook}policy_file = "{policy}"\n')
        populate_conversations(made, {"Desk": ["anna", "marek"]})
        self.made, self.desk = made, str(made.groups["Desk"])
        with running(made):
            pass  # what a first start puts on the record lies before the gap
        self.command("backup", "database", str(folder / "older.db"))
        with running(made), sharer(made, "anna") as anna:
            self.file = str(anna.stored(self.desk, "offer.bin", DATA)["id"])
            self.event = str(anna.send(self.desk, [self.file], "the offer")["event_id"])
            anna.stored(self.desk, "draft.bin", b"never sent")
            deadline = time.monotonic() + PATIENCE
            while len(blobs(copy)) < 2:
                assert time.monotonic() < deadline, "the replica does not catch up"
                time.sleep(0.1)
        self.command("backup", "archive", str(folder / "backup"))

    def command(self, *arguments: str) -> None:
        done = onrecord(self.made.data, *arguments)
        assert done.returncode == 0, done.stderr

    def lose_the_database(self) -> None:
        for path in self.made.settings.paths.db.iterdir():
            path.unlink()
        self.command("restore", "database", str(self.folder / "older.db"))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return Story(tmp_path_factory.mktemp("recovery"))


def blobs(archive: Path) -> dict[str, bytes]:
    """Every sealed file by its name."""
    return {path.name: path.read_bytes() for path in (archive / "blobs").glob("*/*")}


def test_the_replica_and_the_backup_hold_the_sealed_files(story: Story) -> None:
    made = story.made
    policy = parse_policy(made.settings.paths.policy.read_text(encoding="utf-8"))
    own = blobs(made.settings.archive.directory)
    assert len(own) == 2
    for copy in (story.folder / "copy", story.folder / "backup"):
        size = Archive(copy).size
        assert blobs(copy) == own
        assert verify_archive(copy, policy).blobs == 2
        assert size > 0


def shown(who: Sharer, story: Story) -> dict[str, object]:
    answer = who.ask("GET", f"conversations/{story.desk}/timeline")
    assert answer.is_success, answer.text
    rows = answer.json()["events"]
    (row,) = [each for each in rows if each["event_id"] == story.event]
    return dict(row)


def test_a_restored_database_gets_its_files_back_with_the_opening_key(story: Story) -> None:
    made = story.made
    story.lose_the_database()
    story.command("adopt")
    with running(made), sharer(made, "marek") as marek:
        assert "files" not in shown(marek, story), "without the key nobody knows what it was"
        assert marek.link(story.event, story.file) == {"code": "no_such_file"}
        assert marek.ask("GET", f"conversations/{story.desk}").is_success, "not closed by a file"
        fresh = marek.stored(story.desk, "new.txt", b"afterwards")
        assert marek.send(story.desk, [fresh["id"]])["t"] == "ack"
    story.command("adopt", "--opening-key", str(made.opening_key))
    with running(made), sharer(made, "marek") as marek:
        row = shown(marek, story)
        assert row["text"] == "the offer"
        assert [file["name"] for file in row["files"]] == ["offer.bin"]  # type: ignore[attr-defined]
        assert marek.read(story.event, story.file).content == DATA
    story.command("rebuild")
    with running(made), sharer(made, "marek") as marek:
        assert marek.read(story.event, story.file).content == DATA
