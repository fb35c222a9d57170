"""A copy of the archive begins only where a checkpoint covers what is published."""

from collections.abc import Iterator

import pytest

from onrecord.cli import backup
from onrecord.core.domain.errors import Unavailable
from onrecord.core.hooks.ports import LogHead


class Signing:
    """An archive whose checkpoint grows each time that one looks."""

    def __init__(self, *sizes: int) -> None:
        self._sizes: Iterator[int] = iter(sizes)
        self._size = 0

    def head(self) -> LogHead | None:
        """The newest checkpoint."""
        self._size = next(self._sizes, self._size)
        return LogHead(self._size, b"") if self._size else None


def test_it_waits_for_the_checkpoint() -> None:
    assert backup._head(Signing(0, 3, 11, 12), 12).size == 12  # type: ignore[arg-type]


def test_it_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "CHECKPOINT_S", 0.1)
    with pytest.raises(Unavailable) as caught:
        backup._head(Signing(11), 12)  # type: ignore[arg-type]
    assert caught.value.code == "archive_unsigned"


def test_an_empty_archive_has_nothing_to_copy() -> None:
    with pytest.raises(Unavailable) as caught:
        backup._head(Signing(), 0)  # type: ignore[arg-type]
    assert caught.value.code == "archive_empty"
