"""A house with open doors for each test; certificates once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onrecord.core.threads import Threads
from onrecord.database.database import Database
from onrecord.demo.certificates import DemoTls, ensure_certificates
from onrecord.http.options import TlsOptions
from tests.integration.databases import migrated_options
from tests.integration.house import House
from tests.integration.office import open_office

PAGE = b"<!doctype html><title>OnRecord</title>" + b" " * 2000
SCRIPT = b"export const answer = 42;" * 100
BROTLI = b"as the build made it"


@pytest.fixture(scope="session")
def demo_tls(tmp_path_factory: pytest.TempPathFactory) -> DemoTls:
    """A CA and a certificate for the listeners' names and 127.0.0.1."""
    tls = DemoTls(tmp_path_factory.mktemp("tls"))
    ensure_certificates(tls, datetime.now(UTC))
    return tls


@contextmanager
def built(folder: Path, demo_tls: DemoTls) -> Iterator[House]:
    """A house with a client build and a database of its own."""
    build = folder / "chat"
    (build / "assets").mkdir(parents=True)
    (build / ".vite").mkdir()
    (build / "index.html").write_bytes(PAGE)
    (build / "icon.svg").write_bytes(b"<svg/>")
    (build / "assets" / "chat-1a2b3c4d.js").write_bytes(SCRIPT)
    (build / "assets" / "chat-1a2b3c4d.js.br").write_bytes(BROTLI)
    (build / "assets" / "font-1a2b3c4d.woff2").write_bytes(b"font")
    (build / ".vite" / "manifest.json").write_bytes(b"{}")
    (build / "notes.unknown").write_bytes(b"?")
    options = migrated_options(folder)
    database, readers = Database(options), Threads(threads=2)
    tls = TlsOptions(demo_tls.certificate, demo_tls.key)
    office = open_office(database, readers)
    yield House(office, readers, tls, demo_tls.ca, folder)
    readers.close()
    database.close()


@pytest.fixture
def house(tmp_path: Path, demo_tls: DemoTls) -> Iterator[House]:
    """A house that is not open yet."""
    with built(tmp_path, demo_tls) as made:
        yield made


@pytest.fixture
def open_house(house: House) -> Iterator[House]:
    """A house that serves. Ada and Eve work in it."""
    with house.open():
        for name in ("ada", "eve"):
            house.run(house.office.hire(name))
        yield house


@pytest.fixture(scope="module")
def calm_house(tmp_path_factory: pytest.TempPathFactory, demo_tls: DemoTls) -> Iterator[House]:
    """The same for tests that change nothing in it."""
    with built(tmp_path_factory.mktemp("calm"), demo_tls) as made, made.open():
        for name in ("ada", "eve"):
            made.run(made.office.hire(name))
        yield made
