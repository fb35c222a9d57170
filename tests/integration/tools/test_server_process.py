"""The rig's server process: one that ended before anybody asked is a broken promise."""

from collections.abc import Iterator

import pytest

from tests.rig.installation import Installation, install
from tests.rig.process import ServerProcess, stopping
from tests.rig.promises import PromiseBroken


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return install(tmp_path_factory.mktemp("bank"), [])


@pytest.fixture
def server(made: Installation) -> Iterator[ServerProcess]:
    server = ServerProcess(made)
    yield server
    server.kill()


def die(server: ServerProcess) -> None:
    server.process.kill()
    server.process.wait()


def lose(server: ServerProcess) -> None:
    """Let a server die while a test talks to it."""
    with stopping(server):
        die(server)
        raise ConnectionError("the line is dead")


def test_one_that_runs_stops_cleanly(server: ServerProcess) -> None:
    with stopping(server):
        server.still_runs()
    assert server.process.poll() == 0


def test_one_that_has_ended_is_not_stopped(server: ServerProcess) -> None:
    die(server)
    with pytest.raises(PromiseBroken, match="ended with -9"):
        server.stop()


def test_one_that_has_ended_is_named_before_whatever_else_went_wrong(
    server: ServerProcess,
) -> None:
    with pytest.raises(PromiseBroken, match="ended with -9"):
        lose(server)


def test_control_an_error_beside_one_that_runs_is_the_test_s_own(server: ServerProcess) -> None:
    with pytest.raises(ConnectionError), stopping(server):
        raise ConnectionError("the line is dead")
    assert server.process.poll() == -9, "it is cleared away"
