"""The systemd unit does what the exit codes ask for."""

import re
import tomllib
from pathlib import Path

from onrecord.cli import exits
from onrecord.cli.checks.tls_groups import MODERN

UNIT = Path("docs/systemd/onrecord.service").read_text(encoding="utf-8")
DROP_IN = Path("docs/systemd/volumes.conf").read_text(encoding="utf-8")
OPENSSL = Path("docs/systemd/openssl.cnf").read_text(encoding="utf-8")
GUIDE = Path("docs/operations.md").read_text(encoding="utf-8")


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


def test_it_writes_where_init_writes_and_nowhere_else() -> None:
    state = "/var/lib/" + values("StateDirectory")[0]
    assert values("Environment")[0] == f"ONRECORD_DATA={state}"
    assert values("ProtectSystem") == ["strict"]
    assert f"install -d -o {values('User')[0]} -g {values('Group')[0]} -m 0700 {state}\n" in GUIDE
    assert set(re.findall(r"onrecord --data (\S+)", GUIDE)) == {state}


def test_who_hash_may_give_way_to_who_records() -> None:
    *_, without, also, _ = values("SystemCallFilter")
    assert ("@resources" in without, also) == (True, "setpriority")


def test_hooks_may_be_confined() -> None:
    """Debian 13's @system-service has no @sandbox in it (systemd 257)."""
    assert values("SystemCallFilter")[-1].split() == [
        f"landlock_{what}" for what in ("create_ruleset", "add_rule", "restrict_self")
    ]


def test_tls_is_narrowed_down_to_the_groups_that_the_doctor_calls_modern() -> None:
    (place,) = [value for value in values("Environment") if value.startswith("OPENSSL_CONF=")]
    assert (
        f"cp openssl.cnf {place.removeprefix('OPENSSL_CONF=').removesuffix('openssl.cnf')}\n"
        in GUIDE
    )
    (groups,) = re.findall(r"^Groups = (.*)$", OPENSSL, re.MULTILINE)
    assert tuple(groups.replace("?", "").split(":")) == MODERN
    assert "docs/systemd/openssl.cnf" in Path("Makefile").read_text(encoding="utf-8")


def test_the_drop_in_names_every_folder_that_the_guides_settings_put_elsewhere() -> None:
    (names,) = re.findall(r"^ReadWritePaths=(.*)$", DROP_IN, re.MULTILINE)
    assert re.findall(r"^RequiresMountsFor=(.*)$", DROP_IN, re.MULTILINE) == [names]
    blocks = re.findall(r"^```toml\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    settings = next(tomllib.loads(block) for block in blocks if "[keys]" in block)
    elsewhere = {
        settings["archive"]["directory"],
        *(str(Path(copy).parent) for copy in settings["keys"]["copies"]),
        settings["hooks"]["copy"]["options"]["path"],
    }
    assert set(names.split()) == elsewhere


def test_what_the_guide_says_of_exit_codes_is_what_the_program_has() -> None:
    codes = {exits.REFUSED, exits.FOUND, exits.UNAVAILABLE, exits.RESTART, exits.OPERATOR}
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", GUIDE, re.MULTILINE)}
    assert told == codes | {0, 2}
