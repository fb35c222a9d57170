"""What is installed elsewhere is what lies here."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.rig.elsewhere import Elsewhere, build_wheel
from tests.unit.proof_package.own_copies import Talk, write


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def wheel(built: Path) -> ZipFile:
    return ZipFile(built)


@pytest.fixture(scope="module")
def elsewhere(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Elsewhere:
    return Elsewhere(built, tmp_path_factory.mktemp("elsewhere"))


def test_the_wheel_holds_both_packages_and_both_clients(wheel: ZipFile) -> None:
    names = set(wheel.namelist())
    assert {
        "onrecord/cli/main.py",
        "onrecord_archive/format/record.py",
        "onrecord/py.typed",
    } <= names
    for client in ("chat", "console"):
        assert f"onrecord/http/static/{client}/index.html" in names


def test_the_wheel_holds_nothing_else(wheel: ZipFile) -> None:
    tops = {name.partition("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "onrecord",
        "onrecord_archive",
    }


def test_the_wheel_names_the_command_and_the_licence(wheel: ZipFile) -> None:
    entry_points = next(name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    metadata = next(name for name in wheel.namelist() if name.endswith("METADATA"))
    assert b"onrecord = onrecord.cli.main:main" in wheel.read(entry_points)
    assert b"License-Expression: Apache-2.0" in wheel.read(metadata)


SAYS_WHY = """
try:
    {}
except Exception as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("import onrecord", "No module named 'onrecord'"),
        ("import socket; socket.create_connection(('127.0.0.1', 9))", "no network"),
    ],
    ids=["server", "network"],
)
def test_control_elsewhere_is_neither_the_server_nor_a_network(
    elsewhere: Elsewhere, program: str, why: str
) -> None:
    done = elsewhere.python("-c", SAYS_WHY.format(program))
    assert (done.returncode, why in done.stdout) == (0, True), done.stderr


def test_elsewhere_a_clients_copy_verifies_and_one_that_was_changed_does_not(
    elsewhere: Elsewhere,
) -> None:
    """With the keys that were handed over, whatever keys lie in the copy."""
    talk, home = Talk(), elsewhere.folder
    copy = write(talk, home / "copy.zip").read_bytes()
    (home / "changed.zip").write_bytes(copy.replace(b"Good morning", b"Good evening"))
    (home / "policy").write_text(talk.log.policy.encode(), encoding="utf-8")
    (home / "others").write_text(Talk().log.policy.encode(), encoding="utf-8")
    status, answer = elsewhere.verify("copy.zip", "policy")
    assert (status, answer["result"], answer["records"]) == (0, "verified", 19)
    assert answer["from_joining_to_leaving"] is True
    for given in (("changed.zip", "policy"), ("copy.zip", "others")):
        status, answer = elsewhere.verify(*given)
        assert (status, answer["result"]) == (1, "not verified"), given
