"""One archive for all tests that spoil it: each puts it right again."""

import pytest

from tests.properties.archive_sample import Sample, make_sample


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return make_sample(tmp_path_factory.mktemp("sample"))
