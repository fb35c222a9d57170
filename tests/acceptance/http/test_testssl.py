"""testssl.sh, which knows nothing of us, finds the transport as it is promised.

A look takes a minute and works for a tenth of it: tools/lanes.py has it beside what waits.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.acceptance.command import serving
from tests.rig.installation import Installation, install
from tests.rig.process import running

pytestmark = [pytest.mark.proofs("outside"), pytest.mark.slow]

SECONDS = 300
PROMISED: Mapping[str, str] = {
    **dict.fromkeys(("SSLv2", "SSLv3", "TLS1", "TLS1_1", "TLS1_2"), "not offered"),
    "TLS1_3": "offered with final",
    "FS_KEMs": "X25519MLKEM768",
    "HSTS_time": "730 days (=63072000 seconds) > 15552000 seconds",
    "cert_chain_of_trust": "passed.",
    "overall_grade": "A+",
}
"""What it says of a server that keeps the promise, by its own names."""
BAD = {"LOW", "MEDIUM", "HIGH", "CRITICAL", "FATAL"}
KNOWN = {"cert_revocation"}
"""The development CA is for this machine only and revokes nothing; a firm's own does."""
Findings = dict[str, tuple[str, str]]
"""Severity and words, by name."""


def look(made: Installation, *checks: str) -> Findings:
    """Look at the chat; without *checks*, at everything. Raises RuntimeError if it is missing."""
    command = shutil.which("testssl")
    if command is None:
        raise RuntimeError("testssl.sh is missing: apt-get install testssl.sh")
    chat, file = made.settings.chat, made.data.parent / "testssl.json"
    file.unlink(missing_ok=True)
    how = ["--quiet", "--color", "0", "--warnings", "batch", "--nodns", "none", "--ip", "127.0.0.1"]
    how += ["--add-ca", str(made.ca), "--jsonfile", str(file), *checks]
    done = subprocess.run(
        [command, *how, f"https://{chat.host}:{chat.port}"],
        env={**os.environ, "TERM": "dumb"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert file.exists(), done.stdout + done.stderr
    found = json.loads(file.read_text(encoding="utf-8"))
    return {each["id"]: (each["severity"], each["finding"]) for each in found}


def wrong_in(found: Findings) -> set[str]:
    """What is not as promised, and whatever else it holds to be bad."""
    other = {name for name, said in PROMISED.items() if found.get(name, ("", ""))[1] != said}
    return other | {name for name, (severity, _) in found.items() if severity in BAD} - KNOWN


def test_an_independent_look_finds_the_best_grade_and_nothing_bad(tmp_path: Path) -> None:
    made = install(tmp_path, [])
    with serving(made.data):
        found = look(made)
    assert {name: found.get(name) for name in wrong_in(found)} == {}


def test_control_what_is_less_than_promised_is_found(tmp_path: Path) -> None:
    """TLS 1.2, no hybrid group, no HSTS."""
    made = install(tmp_path, [])
    with running(made, defects="older_tls,no_hsts"):
        found = look(made, "--protocols", "--forward-secrecy", "--headers")
    less = {"TLS1_2", "FS_KEMs", "HSTS", "HSTS_time"}
    assert less <= wrong_in(found), found
    assert found["TLS1_2"][1].startswith("offered")
    assert found["TLS1_3"][1] == PROMISED["TLS1_3"], "the look itself goes on"
