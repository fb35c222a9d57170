"""An installation on PostgreSQL as the guide makes it: init, talk, look, lose some days, adopt."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from onrecord.app.events import TABLES
from onrecord.app.offline import offline
from onrecord.app.settings.options import storage_options
from onrecord.core.store.journal import JournalStore
from onrecord.database.database import Database
from onrecord.features.people.people import People
from onrecord_archive.proof_package.bundle_verifier import verify_bundle
from tests.acceptance.command import serving
from tests.acceptance.second_volume import policy_of
from tests.integration import postgres
from tests.integration.cli.commands import init
from tests.integration.postgres import Cluster, running_cluster
from tests.rig.client import client
from tests.rig.command import Done, onrecord, verified
from tests.rig.installation import (
    CHEAP,
    PASSWORD,
    Installation,
    add_token,
    enrol,
    installation_in,
    listening,
    populate_conversations,
)
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.tenure import ELSEWHERE, take_over

SAID = "Trade 48213 settles on the 25th."
LATER = "On the 26th, after all."


@dataclass(frozen=True)
class Firm:
    """The installation and its database; `inits`: what `init` said before and after migrating."""

    bank: Installation
    cluster: Cluster
    database: postgres.Database
    inits: tuple[Done, Done]

    def run(self, *arguments: str, who: str | None = None, typed: str = "") -> Done:
        """Run a command that must succeed, as somebody."""
        signed_in = () if who is None else ("--as", who)
        stdin = typed if who is None else f"{PASSWORD}\n{typed}"
        done = onrecord(self.bank.data, *arguments, *signed_in, stdin=stdin)
        assert done.returncode == 0, done.stderr
        return done


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    """What the guide says up to the first start, and three people."""
    folder = tmp_path_factory.mktemp("bank")
    with running_cluster() as cluster:
        database = cluster.create_database()
        data, key = folder / "data", folder / "opening.key"
        data.mkdir()
        toml = listening() + CHEAP + cluster.settings(database, folder)
        (data / "onrecord.toml").write_text(toml, encoding="utf-8")
        before = init(data, "--opening-key", str(key))
        password = folder / "owner.password"
        password.touch(mode=0o600)
        password.write_text(str(urlsplit(database.owner_url).password), encoding="ascii")
        owner = ("--owner", database.owner, "--password-file", str(password))
        assert onrecord(data, "migrate", *owner).returncode == 0
        after = init(data)
        made = Firm(installation_in(data, key), cluster, database, (before, after))
        hire(made)
        yield made


def hire(firm: Firm) -> None:
    """Add people from the command line, and let two of them talk."""
    for name in ("anna", "marek", "ewa"):
        new = ("people", "add", name, "--name", name.title(), "--role", "employee")
        asyncio.run(enrol(firm.bank.settings, firm.run(*new, who="adam").stdout, PASSWORD))
    firm.run("break-glass", "role", "ewa", "compliance", "--reason", "The first officer.")
    asyncio.run(_know(firm.bank))
    populate_conversations(firm.bank, {"Desk": ["anna", "marek"]})


async def _know(bank: Installation) -> None:
    async with offline(bank.settings) as root:
        bank.people.update({str(each.username): each for each in await root[People].all()})
        for name in ("anna", "marek"):
            await add_token(bank, root, name)


async def say(bank: Installation, text: str) -> dict[str, Any]:
    """Have Anna say something that Marek gets; return her answer."""
    async with client(bank, "anna") as anna, client(bank, "marek") as marek:
        said = await anna.sent(bank.groups["Desk"], text)
        await marek.event(said["event_id"])
        return said


@dataclass(frozen=True)
class Looked:
    """What compliance took along, a backup from then, and the answer to what was said later."""

    bundle: Path
    backup: Path
    later: dict[str, Any]


@pytest.fixture(scope="module")
def looked(firm: Firm, tmp_path_factory: pytest.TempPathFactory) -> Looked:
    """Talk, look at it through the console of the running server, back up, go on talking."""
    folder = tmp_path_factory.mktemp("looked")
    bundle, backup = folder / "desk.zip", folder / "onrecord.dump"
    with serving(firm.bank.data):
        asyncio.run(say(firm.bank, SAID))
        assert verdicts(firm)["server"] == "ok"
        firm.run("cases", "open", "C-1", "--reason", "A complaint.", who="ewa")
        found = firm.run("search", "trade", "--case", "C-1", "--json", who="ewa").stdout
        assert SAID in found
        desk = ("--case", "C-1", "--conversation", firm.bank.groups["Desk"])
        firm.run("export", *desk, "--to", str(bundle), who="ewa")
        firm.cluster.dump(firm.database, backup)
        return Looked(bundle, backup, asyncio.run(say(firm.bank, LATER)))


def verdicts(firm: Firm) -> dict[str, str]:
    """Return what doctor says, by check."""
    lines = onrecord(firm.bank.data, "doctor", "--json").stdout.splitlines()
    return {each["check"]: each["verdict"] for each in map(json.loads, lines)}


def test_init_stops_until_the_owner_has_migrated(firm: Firm) -> None:
    before, after = firm.inits
    assert (before.returncode, before.stderr.partition(":")[0]) == (78, "schema_mismatch")
    assert after.returncode == 0, after.stderr
    assert "/#link=" in after.stdout.splitlines()[-1]
    again = init(firm.bank.data)
    assert (again.returncode, again.stderr.partition(":")[0]) == (1, "installed_already")


def test_what_was_said_is_found_and_exported_with_its_proof(firm: Firm, looked: Looked) -> None:
    assert SAID.encode() in looked.bundle.read_bytes()
    assert verify_bundle(looked.bundle, policy_of(firm.bank)).records >= 2


def test_doctor_finds_a_sound_database_and_a_lost_one(firm: Firm, looked: Looked) -> None:
    assert verdicts(firm)["database"] == "ok"
    settings = firm.bank.settings.paths.settings
    whole = settings.read_text(encoding="utf-8")
    settings.write_text(whole.replace(f'name = "{firm.database.name}"', 'name = "lost"'))
    assert verdicts(firm)["database"] == "failed"
    settings.write_text(whole, encoding="utf-8")


def test_a_server_that_another_has_followed_says_so_last_and_leaves_with_75(firm: Firm) -> None:
    with closing(Database(storage_options(firm.bank.settings))) as database:
        other = JournalStore(database, TABLES)
        with serving(firm.bank.data) as process:
            take_over(other, ELSEWHERE)
            assert process.wait(PATIENCE) == 75
        other.let_go()
    said, advice = (firm.bank.data.parent / "serve.log").read_text().splitlines()[-2:]
    assert said.startswith(f"another_server_records: Another server, on {ELSEWHERE.host} (")
    assert advice.startswith("What to do: ")


def test_an_older_backup_is_adopted_without_a_key_and_with_it(firm: Firm, looked: Looked) -> None:
    firm.cluster.restore(firm.database, looked.backup)
    refused = onrecord(firm.bank.data, "serve")
    assert refused.stderr.partition(":")[0] == "journal_behind_archive"
    firm.run("adopt")
    assert verdicts(firm)["recovery"] == "warning"
    firm.run("adopt", "--opening-key", str(firm.bank.opening_key))
    assert "recovery" not in verdicts(firm)
    with serving(firm.bank.data):
        found = firm.run("search", "after all", "--case", "C-1", "--json", who="ewa").stdout
        assert asyncio.run(say(firm.bank, "Noted."))["msg_no"] == looked.later["msg_no"] + 1
    assert LATER in found
    verified(firm.bank.data)
