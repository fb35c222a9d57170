"""What the tests of letters share."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from onrecord.core.threads import Threads
from onrecord.demo.certificates import DemoTls, ensure_certificates


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> DemoTls:
    tls = DemoTls(tmp_path_factory.mktemp("tls"))
    ensure_certificates(tls, datetime.now(UTC))
    return tls


@pytest.fixture
def threads() -> Iterator[Threads]:
    threads = Threads(threads=1, name="letters")
    yield threads
    threads.close()
