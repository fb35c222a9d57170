"""What the tests of letters and of pushes share."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onrecord.core.threads import Threads
from onrecord.demo.certificates import DemoTls, ensure_certificates
from tests.integration.notifications.push_service import PushService, push_service


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> DemoTls:
    return tls_of(tmp_path_factory.mktemp("tls"))


def tls_of(folder: Path) -> DemoTls:
    """Certificates that are good for this moment."""
    tls = DemoTls(folder)
    ensure_certificates(tls, datetime.now(UTC))
    return tls


@pytest.fixture
def service(tls: DemoTls) -> Iterator[PushService]:
    with push_service(tls) as service:
        yield service


@pytest.fixture
def threads() -> Iterator[Threads]:
    threads = Threads(threads=1, name="letters")
    yield threads
    threads.close()
