"""What `onrecord serve` opens: chat, console and files over TLS, and nothing else.

Each with the transport, and the two for browsers with the headers and the cookie, of DESIGN 8.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from onrecord.app.settings.listeners import Listener
from tests.acceptance.command import serving
from tests.integration.http.answers import NEEDED, missing, page_directives, permitted, policy
from tests.rig.client import tls
from tests.rig.installation import PASSWORD, Installation, install
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import running
from tests.rig.transport import listening_files, listening_ports, plain_answer, s_client

NAMES = ("chat", "console", "files")
SITES = {"chat": "anna", "console": "olga@compliance"}
"""The listeners for browsers, and who signs in there."""
OLDER = ("-tls1_2", "-tls1_1", "-tls1")
HYBRID = "Negotiated TLS1.3 group: X25519MLKEM768"
SHAKEN = ("Protocol: TLSv1.3", HYBRID, "Verify return code: 0 (ok)")


@dataclass(frozen=True)
class Served:
    """A running server."""

    made: Installation
    pid: int

    def at(self, name: str) -> Listener:
        """Return where a listener is."""
        found: Listener = getattr(self.made.settings, name)
        return found

    @contextmanager
    def browser(self, name: str) -> Iterator[httpx2.Client]:
        """A browser at a listener."""
        here = self.at(name)
        headers = {
            "host": here.origin.removeprefix("https://"),
            "origin": here.origin,
            "sec-fetch-site": "same-origin",
        }
        base = f"https://127.0.0.1:{here.port}"
        with httpx2.Client(
            timeout=PATIENCE, base_url=base, verify=tls(self.made), headers=headers, trust_env=False
        ) as browser:
            yield browser


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = install(tmp_path_factory.mktemp("served"), list(SITES.values()))
    with serving(made.data) as process:
        yield Served(made, process.pid)


def lacking(served: Served, name: str) -> set[str]:
    """What a listener's transport lacks."""
    here = served.at(name)
    shaken = s_client(here.port, here.host, served.made.ca)
    lacks = {line for line in SHAKEN if line not in shaken.stdout}
    lacks |= {"a handshake"} if shaken.returncode else set()
    for version in OLDER:
        options = (version, "-cipher", "ALL:@SECLEVEL=0")
        older = s_client(here.port, here.host, served.made.ca, *options)
        if older.returncode == 0 or "New, (NONE)" not in older.stdout:
            lacks.add(f"refuses {version}")
    return lacks | ({"no HTTP"} if b"HTTP" in plain_answer(here.port, here.host) else set())


def elsewhere(served: Served) -> tuple[int, set[str]]:
    """How many ports it listens on that are no listener's, and which files."""
    ports = {served.at(name).port for name in NAMES}
    return len(listening_ports(served.pid) - ports), listening_files(served.pid)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.promise("P9")
def test_each_listener_takes_tls_1_3_with_the_hybrid_group_and_nothing_else(
    served: Served, name: str
) -> None:
    assert lacking(served, name) == set()


@pytest.mark.promise("P9")
def test_it_listens_nowhere_else(served: Served) -> None:
    assert elsewhere(served) == (0, {str(served.made.settings.paths.internal)})


@pytest.mark.promise("P9", planted=True)
def test_control_listeners_that_take_less_are_found(tmp_path: Path) -> None:
    made = install(tmp_path, [])
    with running(made, defects="less_tls") as server:
        served = Served(made, server.process.pid)
        found = {name: lacking(served, name) for name in NAMES}
        assert elsewhere(served) == (1, set())
    assert found["chat"] == {HYBRID, "refuses -tls1_2"}
    assert found["console"] == {HYBRID, "a handshake", "no HTTP"}
    assert found["files"] == set()


def faults(here: Listener, files: Listener, answer: httpx2.Response) -> list[str]:
    """Say what is wrong with an answer's headers."""
    wrong = missing(answer.headers, NEEDED)
    if policy(answer) != page_directives(here.origin.removeprefix("https://"), files.origin):
        wrong.append("content-security-policy")
    microphone = {"microphone": "(self)"} if here.host.startswith("chat.") else {}
    if permitted(answer.headers) != microphone:
        wrong.append("permissions-policy")
    if "server" in answer.headers:
        wrong.append("server")
    return wrong


@pytest.mark.parametrize("name", SITES)
def test_every_answer_has_the_headers(served: Served, name: str) -> None:
    here, files = served.at(name), served.at("files")
    with served.browser(name) as browser:
        answers = [
            page := browser.get("/"),
            browser.get(re.findall(r'src="(/assets/[^"]+)"', page.text)[0]),
            browser.get("/api/v1/me"),
            browser.get("/api/v1/nothing"),
            browser.put("/api/v1/me"),
            browser.post("/api/v1/sign-in", json={}),
            browser.get("/", headers={"host": "evil.example"}),
            sign_in(browser, SITES[name]),
            browser.get("/api/v1/me"),
            browser.post("/api/v1/sign-out"),
        ]
    seen = [answer.status_code for answer in answers]
    assert seen == [200, 200, 401, 404, 405, 400, 421, 200, 200, 204]
    assert [faults(here, files, answer) for answer in answers] == [[]] * len(answers)


@pytest.mark.parametrize("name", [*NEEDED, "content-security-policy", "permissions-policy"])
def test_control_a_missing_header_is_found(served: Served, name: str) -> None:
    with served.browser("console") as browser:
        answer = browser.get("/")
    spoilt = httpx2.Headers([(key, value) for key, value in answer.headers.items() if key != name])
    if name.endswith("policy") and name not in NEEDED:
        spoilt[name] = "camera=(), microphone=(self)"
    answer.headers = spoilt
    assert faults(served.at("console"), served.at("files"), answer) == [name]


@pytest.mark.parametrize("name", SITES)
def test_each_cookie_is_for_this_host_alone_and_no_script_sees_it(
    served: Served, name: str
) -> None:
    with served.browser(name) as browser:
        cookies = sign_in(browser, SITES[name]).headers.get_list("set-cookie")
        assert browser.post("/api/v1/sign-out").status_code == 204
    assert {cookie.partition("=")[0] for cookie in cookies} == {
        f"__Host-onrecord-{name}",
        "__Host-onrecord-marks",
    }
    for cookie in cookies:
        flags = [flag.lower() for flag in cookie.split("; ")[1:]]
        names = {flag for flag in flags if not flag.startswith("max-age=")}
        assert names == {"httponly", "path=/", "samesite=strict", "secure"}


def sign_in(browser: httpx2.Client, name: str) -> httpx2.Response:
    """Sign in by password."""
    body = {"username": name, "password": PASSWORD}
    return browser.post("/api/v1/sign-in", json=body)
