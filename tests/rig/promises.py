"""What no noise of a machine explains: the runner gives a test that raises it no second look."""

from collections.abc import Iterator
from contextlib import contextmanager


class PromiseBroken(AssertionError):
    """A record is missing, changed, seen too early or out of order; or the product fell over.

    The checkers of records, copies and orders raise it, and so do a server that ended unasked and
    a page with an error or something against its policy.
    """


@contextmanager
def promised() -> Iterator[None]:
    """What is asserted inside is a promise."""
    try:
        yield
    except PromiseBroken:
        raise
    except AssertionError as error:
        raise PromiseBroken(*error.args) from error
