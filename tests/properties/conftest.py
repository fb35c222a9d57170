"""One archive for all tests that spoil it: each puts it right again."""

from collections.abc import Iterator
from functools import lru_cache

import pytest

import onrecord_archive.format.strict
from tests.properties.archive_sample import Sample, make_sample


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return make_sample(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="session", autouse=True)
def _spelled_once() -> Iterator[None]:
    """A leaf that was found well spelled is not spelled again: half of a verification's time."""
    with pytest.MonkeyPatch.context() as patch:
        once = lru_cache(maxsize=4096)(onrecord_archive.format.strict.require_rfc8785)
        patch.setattr(onrecord_archive.format.strict, "require_rfc8785", once)
        yield
