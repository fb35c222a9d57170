"""The hook `journal_mail` keeps the whole contract against Debian's Postfix.

In the gate as plain mails; test_journal_mail_postfix.py has the other formats arrive there too.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import pytest

from onrecord_archive.testing import InventoryConformance
from tests.integration.hooks.journal import Journal, running_journal


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    with running_journal(tmp_path_factory.mktemp("journal")) as journal:
        yield journal


class TestJournalMail(InventoryConformance):
    options: ClassVar[dict[str, str]] = {}

    @pytest.fixture(autouse=True)
    def given(self, journal: Journal) -> None:
        self.journal = Journal(journal.postfix, journal.tls, **self.options)

    @contextmanager
    def destination(self) -> Iterator[Journal]:
        self.journal.empty()
        try:
            yield self.journal
        finally:
            self.journal.set_available(available=True)


@pytest.mark.proofs("long")
class TestExchangeWindows(TestJournalMail):
    """Envelope journaling over implicit TLS, up to five records of a conversation in a mail."""

    options: ClassVar[dict[str, str]] = {
        "format": "exchange",
        "security": "tls",
        "per_mail": "5",
    }


@pytest.mark.proofs("long")
class TestGlobalRelay(TestJournalMail):
    options: ClassVar[dict[str, str]] = {"format": "global_relay"}
