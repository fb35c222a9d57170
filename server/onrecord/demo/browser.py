"""Start an installed Chromium or Chrome as somebody: a profile of its own, the demo trusted."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from onrecord.core.domain.errors import NotFound

COMMANDS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "brave-browser",
)
APPLICATIONS = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)

Find = Callable[[str], str | None]


def find_browser(find: Find = shutil.which) -> str:
    """Return the path of a browser of the Chromium family. Raises NotFound (`no_browser`)."""
    for command in COMMANDS:
        if path := find(command):
            return path
    for application in APPLICATIONS:
        if application.exists():
            return str(application)
    raise NotFound(
        "no_browser",
        "No Chromium or Chrome was found. Install one (Debian: apt-get install chromium), or open "
        "the address that `onrecord demo run` prints in a browser that trusts the development CA.",
    )


def browser_command(browser: str, *, profile: Path, pin: str, url: str) -> list[str]:
    """Return the command line: this profile, this one certificate trusted, this page.

    `--ignore-certificate-errors-spki-list` trusts a key, not every certificate, and only takes
    effect together with a profile of its own.
    """
    command = [
        browser,
        f"--user-data-dir={profile}",
        f"--ignore-certificate-errors-spki-list={pin}",
        "--no-first-run",
        "--no-default-browser-check",
    ]
    if os.geteuid() == 0:
        command.append("--no-sandbox")  # Chromium refuses to run as root otherwise
    return [*command, url]


def start_browser(command: list[str]) -> None:
    """Start it in a session of its own, so that it outlives this command."""
    subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
