"""Where the pictures are taken: the demo as it runs, and the gallery with what the demo has not."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread, Timer

from playwright.sync_api import Browser, Page, expect

from onrecord.app.settings.load import load
from onrecord.app.settings.model import Settings
from onrecord.demo.letters import newest_letter
from onrecord.demo.settings_file import LETTERS
from onrecord.demo.state import load_state
from tests.e2e.browsers import new_profile
from tests.rig.installation import free_ports

CLIENT_WEB = Path(__file__).parents[2] / "client_web"
PHONES = 640
"""Windows narrower than this are a phone's: fingers, no mouse; CSS pixels."""
DEMO_SECONDS = 240
"""Within which the demo has been played."""


@dataclass(frozen=True, slots=True)
class Look:
    """How somebody looks at a screen: CSS pixels of the window, theme, language, and more.

    Browsers zoom by giving the page fewer, larger pixels.
    """

    width: int
    height: int
    scheme: str = "light"
    language: str = "en"
    zoom: int = 1
    contrast: bool = False

    @property
    def options(self) -> dict[str, object]:
        """What a browser profile is told."""
        return {
            "viewport": {"width": self.width // self.zoom, "height": self.height // self.zoom},
            "device_scale_factor": self.zoom,
            "color_scheme": self.scheme,
            "locale": {"en": "en-GB", "pl": "pl-PL"}[self.language],
            "reduced_motion": "reduce",
            "is_mobile": self.width < PHONES,
            "has_touch": self.width < PHONES,
            "forced_colors": "active" if self.contrast else "none",
        }

    def __str__(self) -> str:
        more = (f" zoom {self.zoom}00" if self.zoom > 1 else "") + (" contrast" * self.contrast)
        return f"{self.width} {self.scheme} {self.language}{more}"


@dataclass(frozen=True, slots=True)
class Visit:
    """A page, the words that stand on it, and how it is looked at."""

    page: Page
    words: dict[str, str]
    look: Look

    def press(self, word: str) -> None:
        """Press the button or menu item whose name is that of a text."""
        name = self.words[word]
        role = self.page.get_by_role("button", name=name, exact=True)
        role.or_(self.page.get_by_role("menuitem", name=name, exact=True)).first.click()


@dataclass(frozen=True, slots=True)
class Bank:
    """The demo as it runs, the gallery's address, and a browser that trusts them."""

    settings: Settings | None
    gallery: str
    browser: Browser

    @property
    def demo(self) -> Settings:
        """The running demo's settings. Raises RuntimeError where there is only the gallery."""
        if self.settings is None:
            raise RuntimeError("this sheet is the demo's, which does not run")
        return self.settings

    def visit(self, origin: str, look: Look) -> Visit:
        """Open an address in a profile of its own."""
        page = new_profile(self.browser, **look.options).page()
        page.goto(origin)
        words: dict[str, str] = {}
        for part in ("", "console."):
            file = CLIENT_WEB / "src" / "locales" / f"{part}{look.language}.json"
            words |= json.loads(file.read_text("utf-8"))
        return Visit(page, words, look)

    def enter(self, name: str, look: Look, *, console: bool = False) -> Visit:
        """Sign somebody in; return their page at the list, or at the cases."""
        listener = self.demo.console if console else self.demo.chat
        visit = self.visit(listener.origin, look)
        page = visit.page
        page.locator("input[autocomplete~=username]").fill(name)
        password = load_state(self.demo.paths).passwords[name]
        page.locator("input[type=password]").fill(password)
        page.locator("button[type=submit]").click()
        there = page.locator("#cases") if console else page.get_by_role("searchbox")
        code = page.get_by_role("button", name=visit.words["client.send"], exact=True)
        expect(there.or_(code)).to_be_visible(timeout=30_000)
        if code.is_visible():  # a client shows who they are, also after a password
            code.click()
            field = page.locator("input[autocomplete=one-time-code]")
            expect(field).to_be_visible()
            letter = newest_letter(self.demo.data / LETTERS)
            field.press_sequentially(letter["short"].split()[0])
        expect(there).to_be_visible(timeout=30_000)
        return visit


def rest(page: Page) -> None:
    """Wait until what comes late has come: pieces of the client, and skeletons after 300 ms."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(100)


@contextmanager
def demo(folder: Path) -> Iterator[Settings]:
    """Run the demo in `folder` until it has been played; then until the block ends."""
    port = _three_ports()
    command = [sys.executable, "-m", "onrecord.cli", "--data", str(folder)]
    process = subprocess.Popen(
        [*command, "demo", "run", "--port", str(port)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    late = Timer(DEMO_SECONDS, process.kill)
    late.start()
    try:
        if not any("Ctrl-C stops" in line for line in process.stdout):
            raise RuntimeError(f"the demo did not start in {DEMO_SECONDS} s")
        late.cancel()
        yield load(folder)
    finally:
        late.cancel()
        process.send_signal(signal.SIGINT)
        process.wait()
        process.stdout.close()


def _three_ports() -> int:
    """Return a port that nobody uses at the moment, and neither the next two."""
    first = free_ports(1)[0]
    for port in (first + 1, first + 2):
        socket.create_server(("127.0.0.1", port)).close()
    return first


@contextmanager
def gallery() -> Iterator[str]:
    """Build the client's gallery and serve it; yield its address."""
    vite = [str(CLIENT_WEB / "node_modules" / ".bin" / "vite")]
    with TemporaryDirectory() as folder:
        build = [*vite, "build", "--config", "tools/gallery.config.js", "--outDir", folder]
        subprocess.run(build, cwd=CLIENT_WEB, stdout=subprocess.DEVNULL, check=True)
        with served(folder) as address:
            yield address


@contextmanager
def served(folder: str) -> Iterator[str]:
    """Serve a folder's files; yield their address."""
    handler = partial(_Quiet, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        """Send a file; a page that is left while it loads is no error."""
        with suppress(ConnectionError):
            super().do_GET()
