"""One running bank for all of these tests: somebody of each role, an administrator's browser."""

from collections.abc import Iterator

import pytest

from tests.integration.visitors import Bank, Visitor, make_bank, visitor
from tests.rig.process import running


@pytest.fixture(scope="session")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    """The bank, its server running."""
    made = make_bank(tmp_path_factory.mktemp("administration"))
    with running(made.made):
        yield made


@pytest.fixture
def adam(bank: Bank) -> Iterator[Visitor]:
    """An administrator, signed in at both listeners."""
    with visitor(bank, "administrator@administrator") as one:
        yield one


@pytest.fixture
def ada(bank: Bank) -> Iterator[Visitor]:
    """An auditor, who reads what was recorded."""
    with visitor(bank, "auditor@auditor") as one:
        yield one
