"""Pauses double up to a limit, carry full jitter, and honour what the destination asks for."""

import pytest

from onrecord.archiving.hook_pauses import Pauses

PAUSES = Pauses()


def test_the_back_off_doubles_up_to_its_limit() -> None:
    longest = [PAUSES.after(n, None, lambda: 0.999999) for n in (1, 2, 3, 8, 500)]
    assert longest == pytest.approx([0.5, 1.0, 2.0, 60.0, 60.0], rel=1e-3)


def test_the_jitter_is_full() -> None:
    assert PAUSES.after(5, None, lambda: 0.0) == PAUSES.least
    assert PAUSES.after(5, None, lambda: 0.5) == pytest.approx(4.0)


def test_what_was_asked_for_is_the_least_and_has_a_limit() -> None:
    assert PAUSES.after(1, 30.0, lambda: 0.0) == 30.0
    assert PAUSES.after(1, 1e9, lambda: 0.0) == PAUSES.longest_asked


def test_a_rejected_entry_is_tried_ever_more_rarely_but_always_again() -> None:
    pauses = [PAUSES.after_rejection(n, lambda: 1.0) for n in (1, 2, 3, 100)]
    assert pauses == [30.0, 60.0, 120.0, 900.0]
    assert PAUSES.after_rejection(1, lambda: 0.0) == 15.0
