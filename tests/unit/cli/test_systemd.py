"""The systemd unit does what the exit codes ask for."""

import re
from pathlib import Path

from onrecord.cli import exits

UNIT = Path("docs/systemd/onrecord.service").read_text(encoding="utf-8")


def values(name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", UNIT, re.MULTILINE)


def test_it_starts_again_after_75_and_not_after_78() -> None:
    assert values("Restart") == ["on-failure"]
    assert values("RestartForceExitStatus") == [str(exits.RESTART)]
    assert values("RestartPreventExitStatus") == [str(exits.OPERATOR)]


def test_it_never_gives_up_and_waits_longer_each_time() -> None:
    assert values("StartLimitIntervalSec") == ["0"]
    assert (values("RestartSec"), values("RestartMaxDelaySec")) == (["1"], ["60"])
    assert values("RestartSteps") == ["6"]


def test_it_waits_for_readiness_and_drains() -> None:
    assert values("Type") == ["notify"]
    assert values("KillSignal") == ["SIGTERM"]
    assert values("ExecStart") == ["/opt/onrecord/bin/onrecord serve"]


def test_what_the_guide_says_of_exit_codes_is_what_the_program_has() -> None:
    guide = Path("docs/operations.md").read_text(encoding="utf-8")
    codes = {exits.REFUSED, exits.FOUND, exits.UNAVAILABLE, exits.RESTART, exits.OPERATOR}
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", guide, re.MULTILINE)}
    assert told == codes | {0, 2}
