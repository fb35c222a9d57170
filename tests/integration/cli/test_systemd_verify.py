"""systemd itself accepts the unit: every directive is known and well-formed."""

import subprocess
from pathlib import Path

UNIT = Path("docs/systemd/onrecord.service")


DROP_IN = Path("docs/systemd/volumes.conf")


def verify(folder: Path, text: str, volumes: str = "") -> subprocess.CompletedProcess[str]:
    """Let systemd read a unit whose program exists here, with a drop-in."""
    unit = folder / UNIT.name
    unit.write_text(text.replace("/opt/onrecord/bin/onrecord", "/bin/true"), encoding="utf-8")
    (folder / f"{UNIT.name}.d").mkdir()
    (folder / f"{UNIT.name}.d" / DROP_IN.name).write_text(volumes, encoding="utf-8")
    command = ["systemd-analyze", "verify", "--man=no", str(unit)]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def test_the_unit_is_without_a_fault(tmp_path: Path) -> None:
    volumes = DROP_IN.read_text(encoding="utf-8")
    done = verify(tmp_path, UNIT.read_text(encoding="utf-8"), volumes)
    assert (done.returncode, done.stderr) == (0, "")


def test_control_a_misspelt_directive_is_found(tmp_path: Path) -> None:
    text = UNIT.read_text(encoding="utf-8").replace("NoNewPrivileges=", "NoNewPriviledges=")
    assert "NoNewPriviledges" in verify(tmp_path, text).stderr


def test_control_a_misspelt_directive_of_the_drop_in_is_found(tmp_path: Path) -> None:
    volumes = DROP_IN.read_text(encoding="utf-8").replace("ReadWritePaths=", "ReadWritePath=")
    assert "ReadWritePath" in verify(tmp_path, UNIT.read_text(encoding="utf-8"), volumes).stderr


def test_control_a_wrong_value_is_found(tmp_path: Path) -> None:
    text = UNIT.read_text(encoding="utf-8").replace("Type=notify", "Type=notified")
    assert "notified" in verify(tmp_path, text).stderr
