"""The command `onrecord` without a server, with a gate that shuts as soon as it is to look.

What it is to do comes in the environment: GATE is the gate's folder, DEFECT one of defects.py.
"""

import os
from functools import partial
from pathlib import Path

from onrecord.app import offline
from onrecord.cli.main import main as onrecord
from tests.faults.defects import DEFECTS
from tests.faults.gate_server import Gate, note_looks

ENTRY = "tests.faults.gate_command:main"


def main() -> None:
    """Run the command; between journal and archive it waits while GATE/hold is there."""
    folder = Path(os.environ["GATE"])
    for name in os.environ["DEFECT"].split():
        DEFECTS[name](folder)
    offline.NoPoints = partial(Gate, folder, waits=True)  # type: ignore[assignment,attr-defined]
    note_looks(folder, shutting=True)
    onrecord()
