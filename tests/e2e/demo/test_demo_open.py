"""`onrecord demo open NAME` with Debian's Chromium on a screen: they are in, and nothing warns."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.acceptance.command import ONRECORD, Demo, three_free_ports
from tests.e2e.browsers import CHROMIUM, screen
from tests.rig.patience import SECONDS

pytestmark = pytest.mark.proofs("long")

QUIET = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    data = tmp_path_factory.mktemp("demo") / "data"
    demo = Demo(data, "--port", str(three_free_ports()))
    yield demo
    demo.close()


def chromium_in(folder: Path) -> Path:
    """Put a `chromium` there: Debian's, which asks nobody else and can be looked into."""
    assert CHROMIUM.exists(), "Chromium is missing: apt-get install chromium"
    command = " ".join([str(CHROMIUM), "--remote-debugging-port=0", *QUIET])
    path = folder / "chromium"
    path.write_text(f'#!/bin/sh\necho $$ > {folder}/pid\nexec {command} "$@"\n')
    path.chmod(0o700)
    return path


@contextmanager
def opened(demo: Demo, name: str, folder: Path, playwright: Playwright) -> Iterator[Page]:
    """Open the browser as the command does, and look into it."""
    environ = {**os.environ, "HOME": str(folder)}
    with screen() as display:
        environ |= {"DISPLAY": display, "PATH": f"{folder}:{os.environ['PATH']}"}
        command = [str(ONRECORD), "--data", str(demo.data), "demo", "open", name]
        subprocess.run(command, env=environ, check=True, timeout=SECONDS)
        try:
            port = written(demo.data / "browsers" / name / "DevToolsActivePort").split()[0]
            browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
            (page,) = browser.contexts[0].pages
            yield page
        finally:
            os.kill(int(written(folder / "pid")), signal.SIGTERM)


def written(path: Path) -> str:
    """Wait for a file of the browser's, and read it."""
    deadline = time.monotonic() + SECONDS
    while not (path.exists() and path.read_text()):
        assert time.monotonic() < deadline, f"{path} does not come"
        time.sleep(0.05)
    return path.read_text()


def test_it_opens_the_chat_as_that_person(
    demo: Demo, tmp_path: Path, playwright: Playwright
) -> None:
    chromium_in(tmp_path)
    with opened(demo, "julia", tmp_path, playwright) as page:
        expect(page.get_by_role("button", name="Account of Julia Nowak")).to_be_visible(
            timeout=SECONDS * 1000
        )
        assert page.url.startswith("https://")
        assert "#" not in page.url, "the link is out of the address"


def test_control_without_the_key_the_certificate_is_refused(
    demo: Demo, tmp_path: Path, playwright: Playwright
) -> None:
    browser = chromium_in(tmp_path)
    script = browser.read_text()
    forget = (
        'for a in "$@"; do shift; case $a in --ignore-cert*) ;; *) set -- "$@" "$a";; esac; done'
    )
    browser.write_text(script.replace("exec ", f"{forget}\nexec "))
    with opened(demo, "marek", tmp_path, playwright) as page:
        expect(page.get_by_text("ERR_CERT_AUTHORITY_INVALID")).to_be_visible(timeout=SECONDS * 1000)
