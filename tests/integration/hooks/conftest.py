"""The real stores that the hooks are tried on."""

from collections.abc import Iterator

import pytest

from tests.rig.radosgw import Radosgw, User, running_radosgw


@pytest.fixture(scope="session")
def radosgw() -> Iterator[Radosgw]:
    """One S3 with Object Lock for all tests, which leave it running."""
    with running_radosgw() as gateway:
        yield gateway


@pytest.fixture(scope="session")
def s3_user(radosgw: Radosgw) -> User:
    """A user of it who may make buckets."""
    return radosgw.new_user()
