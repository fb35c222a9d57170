"""The hook `s3` keeps the whole contract, against Debian's radosgw with Object Lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import pytest

from onrecord_archive.testing import InventoryConformance, Touched
from tests.integration.hooks.s3_store import s3_store
from tests.rig.radosgw import Radosgw, User


class TestS3(InventoryConformance):
    gateway: ClassVar[Radosgw]
    user: ClassVar[User]

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def _store(cls, radosgw: Radosgw, s3_user: User) -> None:
        cls.gateway, cls.user = radosgw, s3_user

    @contextmanager
    def destination(self) -> Iterator[Touched]:
        with s3_store(self.gateway, self.user) as store:
            yield store
            store.set_available(available=True)
