"""Browsers for the tests: Debian's Chromium by Playwright, Debian's WebKitGTK by Selenium."""

import base64
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright
from selenium import webdriver
from selenium.webdriver.webkitgtk.options import Options as WebKitOptions
from selenium.webdriver.webkitgtk.service import Service as WebKitService

from tests.rig.patience import SECONDS as PATIENCE

CHROMIUM = Path("/usr/bin/chromium")
SHELL = Path("/usr/bin/chromium-headless-shell")
"""The same engine without windows, profiles on disk and extensions: half the work."""
WEBKIT_DRIVER = Path("/usr/bin/WebKitWebDriver")
WEBKIT_BROWSERS = "*/webkit2gtk-4.1/MiniBrowser"

# The page tells of each violation the moment it happens; nothing on the page can hide one.
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""


@dataclass
class Complaints:
    """What a page complained of: uncaught errors, and violations of its security policy.

    Not slotted: Playwright leaves a mark on whoever listens.
    """

    errors: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Collect from `page` from now on."""
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._on_console)

    def _on_console(self, message: ConsoleMessage) -> None:
        policy = ("CSP: ", "Content Security Policy", "Content-Security-Policy", "TrustedScript")
        if message.type == "error" and any(word in message.text for word in policy):
            self.violations.append(message.text)


@dataclass(frozen=True, slots=True)
class Profile:
    """One person's browser profile: its cookies and storage are its own."""

    context: BrowserContext
    complaints: Complaints

    def page(self) -> Page:
        """A new tab whose complaints are collected."""
        page = self.context.new_page()
        self.complaints.listen(page)
        return page


def public_key_hash(certificate: bytes) -> str:
    """What Chromium's --ignore-certificate-errors-spki-list takes: base64 of SHA-256 of the key."""
    key = x509.load_pem_x509_certificate(certificate).public_key()
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(spki).digest()).decode("ascii")


def launch_chromium(
    playwright: Playwright,
    *,
    trusted: Sequence[bytes] = (),
    arguments: Sequence[str] = (),
    executable: Path = SHELL,
) -> Browser:
    """Chromium that takes the PEM certificates in `trusted` for valid, and checks all others.

    It blocks tabs that nobody asked for, as everybody's does; Playwright would let them open.

    Raises RuntimeError if it is not installed.
    """
    if not executable.exists():
        raise RuntimeError(f"Chromium is missing: apt-get install {executable.name}")
    hashes = ",".join(map(public_key_hash, trusted))
    trust = [f"--ignore-certificate-errors-spki-list={hashes}"] if hashes else []
    return playwright.chromium.launch(
        executable_path=executable,
        args=["--disable-gpu", *trust, *arguments],
        ignore_default_args=["--disable-popup-blocking"],
    )


def new_profile(browser: Browser, **options: object) -> Profile:
    """A profile of its own; `options` are those of Playwright's `new_context`.

    Without a service worker, unless they say so: a test that meets what another server left would
    say nothing of its own.
    """
    context = browser.new_context(**{"service_workers": "block", **options})  # type: ignore[arg-type]
    context.set_default_timeout(1000 * PATIENCE)
    context.add_init_script(REPORT_VIOLATIONS)
    return Profile(context, Complaints())


@contextmanager
def running_webkit(home: Path) -> Iterator[webdriver.WebKitGTK]:
    """WebKitGTK's small browser on a screen of its own; `home` takes its profile.

    It takes every certificate: WebKitGTK has no way to name one. What it says goes to the test's
    output when it ends, for its driver tells of no crash. Raises RuntimeError if it or its screen
    is not installed.
    """
    browsers = list(Path("/usr/lib").glob(WEBKIT_BROWSERS))
    if not browsers or not WEBKIT_DRIVER.exists() or shutil.which("Xvfb") is None:
        raise RuntimeError("WebKitGTK is missing: apt-get install webkit2gtk-driver xvfb")
    said = home / "said.log"
    heard = home / "browser"
    heard.write_text(f'#!/bin/sh\nexec {browsers[0]} "$@" >{said} 2>&1\n')
    heard.chmod(0o700)
    with screen() as display:
        options = WebKitOptions()
        options.binary_location = str(heard)
        options.add_argument("--automation")
        options.set_capability("acceptInsecureCerts", True)
        environment = {**os.environ, "DISPLAY": display, "HOME": str(home)}
        service = WebKitService(executable_path=str(WEBKIT_DRIVER), env=environment)
        driver = webdriver.WebKitGTK(options=options, service=service)
        driver.set_script_timeout(PATIENCE)
        try:
            yield driver
        finally:
            driver.quit()
            print(said.read_text())


@contextmanager
def screen() -> Iterator[str]:
    """An X server that picks a free display and tells its number; it ends with the test."""
    read_end, write_end = os.pipe()
    command = [
        "Xvfb",
        "-displayfd",
        str(write_end),
        "-screen",
        "0",
        "1280x900x24",
        "-nolisten",
        "tcp",
    ]
    process = subprocess.Popen(command, pass_fds=[write_end], stderr=subprocess.DEVNULL)
    os.close(write_end)
    try:
        with os.fdopen(read_end) as pipe:
            yield f":{pipe.readline().strip()}"
        assert process.poll() is None, f"the X server ended: {process.returncode}"
    finally:
        process.terminate()
        process.wait()
