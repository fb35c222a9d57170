"""Debian's clamd with signatures of our own: the EICAR test file alone."""

import socket
import subprocess
import time
from pathlib import Path

from tests.rig.patience import SECONDS as PATIENCE

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The industry's harmless test file (eicar.org)."""
SIGNATURE = "44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test-Signature\n"


class Clamd:
    """A clamd below a folder, on a UNIX socket of its own."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "clamd.sock"
        self._config = folder / "clamd.conf"
        (folder / "db").mkdir(parents=True)
        (folder / "db" / "own.hdb").write_text(SIGNATURE, encoding="ascii")
        self._config.write_text(
            f"LocalSocket {self.socket}\nDatabaseDirectory {folder / 'db'}\n"
            f"TemporaryDirectory {folder}\nForeground yes\nMaxThreads 2\n",
            encoding="utf-8",
        )
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.socket.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            ["clamd", f"--config-file={self._config}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            assert self._process.poll() is None, "clamd ended"
            assert time.monotonic() < deadline, "clamd did not answer"
            time.sleep(0.05)

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait()

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as one:
            try:
                one.connect(str(self.socket))
                one.sendall(b"zPING\0")
                return one.recv(10) == b"PONG\0"
            except OSError:
                return False
