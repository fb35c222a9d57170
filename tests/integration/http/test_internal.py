"""Live, ready and metrics over the UNIX socket; readiness while draining; what refuses to start."""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord.core.domain.errors import Fatal, NotNow, Refusal, RefuseToStart, Unavailable
from onrecord.http.internal import application
from onrecord.http.internal.application import Readiness, Remark
from onrecord.http.listeners import Listener, Listeners, bound
from onrecord.http.options import ServerOptions, TcpOptions, UnixOptions
from onrecord.observability.logs import make_log
from tests.integration.house import House


def on() -> None:
    """Recording is on."""


async def fine() -> None:
    """A part that works."""


async def full() -> None:
    raise Unavailable("database_unavailable", "The database cannot be reached.")


async def broken() -> None:
    raise Fatal("The database failed.")


async def hangs() -> None:
    await asyncio.Event().wait()


def test_it_is_live_and_ready_when_every_part_is(house: House) -> None:
    house.readiness = Readiness({"database": fine, "hook:replica": fine}, on)
    with house.open():
        assert house.internal().get("/live").json() == {"status": "live"}
        ready = house.internal().get("/ready")
    assert ready.status_code == 200
    assert ready.json() == {
        "status": "ready",
        "checks": {"database": "ok", "hook:replica": "ok", "archive": "ok"},
    }


async def remarks() -> None:
    raise Remark("closed_for_recovery")


def test_a_remark_is_told_and_keeps_no_work_away(house: House) -> None:
    house.readiness = Readiness({"database": fine, "recovery": remarks}, on)
    with house.open():
        ready = house.internal().get("/ready")
    assert ready.status_code == 200
    assert ready.json()["checks"] == {
        "database": "ok",
        "recovery": "ok (closed_for_recovery)",
        "archive": "ok",
    }


def off() -> Refusal:
    return Unavailable("storage_full", "The disk is full.")


@pytest.mark.parametrize(("closed", "status"), [(on, 200), (off, 503)])
def test_parts_are_named_and_recording_alone_decides(
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    closed: Callable[[], Refusal | None],
    status: int,
) -> None:
    monkeypatch.setattr(application, "CHECK_SECONDS", 0.2)
    house.readiness = Readiness({"a": fine, "b": full, "c": broken, "d": hangs}, closed)
    with house.open():
        answer = house.internal().get("/ready")
        assert house.internal().get("/live").status_code == 200
    assert answer.status_code == status
    assert answer.json()["checks"] == {
        "a": "ok",
        "b": "ok (database_unavailable)" if closed is on else "database_unavailable",
        "c": "ok (failed)",
        "d": "ok (slow)",
        "archive": "ok" if closed is on else "storage_full",
    }


@pytest.mark.parametrize(
    ("closed", "status", "said"),
    [(on, 200, ("ready", "ok")), (off, 503, ("not ready", "storage_full"))],
)
def test_health_waits_for_no_part(
    house: House, closed: Callable[[], Refusal | None], status: int, said: tuple[str, str]
) -> None:
    house.readiness = Readiness({"d": hangs}, closed)
    with house.open():
        answer = house.internal().get("/health")
        house.readiness.draining = True
        draining = house.internal().get("/health")
    assert (answer.status_code, answer.json()["status"], answer.json()["checks"]) == (
        status,
        said[0],
        {"archive": said[1]},
    )
    assert (draining.status_code, draining.json()["status"]) == (503, "draining")


def test_metrics_are_here_and_nowhere_else(open_house: House) -> None:
    open_house.client().get("/")
    answer = open_house.internal().get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    line = 'onrecord_http_requests_total{listener="chat",method="GET",status="200"} 1.0'
    assert line in answer.text
    assert open_house.client().get("/metrics").status_code == 404


def test_a_request_method_of_somebodys_own_is_no_label(open_house: House) -> None:
    open_house.client().request("SHOUT", "/")
    assert 'method="other"' in open_house.internal().get("/metrics").text


def test_nothing_else_is_here(open_house: House) -> None:
    for path in ("/", "/api/v1/me", "/ready/", "/debug"):
        assert open_house.internal().get(path).status_code == 404


def test_while_draining_it_is_not_ready_and_the_internal_listener_ends_last(house: House) -> None:
    asked: list[int] = []
    release = asyncio.Event()

    async def slow_goodbye() -> None:
        await release.wait()

    house._goodbye = slow_goodbye  # type: ignore[method-assign]
    with house.open():
        house.close()
        answer = house.internal().get("/ready")
        asked.append(answer.status_code)
        assert answer.json()["status"] == "draining"
        assert house._loop is not None
        house._loop.call_soon_threadsafe(release.set)
    assert asked == [503]
    assert not house.socket_file.exists()


def test_a_socket_that_a_killed_process_left_is_replaced(house: House) -> None:
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(house.socket_file))
    left.close()
    with house.open():
        assert house.internal().get("/live").status_code == 200


async def goodbye() -> None:
    """Nothing to say."""


def listeners(house: House, place: TcpOptions | UnixOptions) -> Listeners:
    return Listeners(
        [Listener("files", house.files(), place)],
        options=ServerOptions(),
        readiness=Readiness({}, on),
        goodbye=goodbye,
        log=make_log(house.log, level="info"),
    )


def test_an_address_in_use_refuses_to_start(house: House) -> None:
    with house.open():
        place = TcpOptions("127.0.0.1", house.ports["chat"], house.tls)
        with pytest.raises(NotNow) as refused:
            listeners(house, place)
    assert refused.value.code == "address_in_use"
    assert str(place.port) in refused.value.detail


def test_a_file_that_is_no_socket_is_left_alone(house: House, tmp_path: Path) -> None:
    path = tmp_path / "precious"
    path.write_bytes(b"data")
    with pytest.raises(RefuseToStart):
        listeners(house, UnixOptions(path))
    assert path.read_bytes() == b"data"


def test_an_address_that_this_machine_has_not_is_tried_again(house: House) -> None:
    """After a power cut the network may come up later."""
    with pytest.raises(NotNow) as refused:
        listeners(house, TcpOptions("192.0.2.1", 0, house.tls))
    assert refused.value.code == "address_missing"


def test_of_two_that_start_at_once_one_is_refused_and_none_ends_by_a_defect(house: House) -> None:
    """Neither accepts yet: with SO_REUSEADDR both could bind, and the later failed to listen."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = TcpOptions("127.0.0.1", free.getsockname()[1], house.tls)
    with bound({"chat": place}), pytest.raises(NotNow) as refused, bound({"chat": place}):
        pass
    assert refused.value.code == "address_in_use"
