"""Nobody keeps others out: they sign in, and send files, while guesses and uploads pour in."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

import httpx2
import pytest

from onrecord.core.domain.values import SYSTEM
from onrecord.features.people.means import Means
from onrecord.features.sign_in.links import Links
from onrecord.features.sign_in.refusals import EVERY_S
from onrecord.http.cookies import MARKS
from onrecord_archive.reader.archive import Archive
from tests.e2e.console_desk import leaves_of
from tests.rig.attack_requests import NEIGHBOURHOODS, VICTIM
from tests.rig.attacks import SOURCE
from tests.rig.client import tls
from tests.rig.files import sharer
from tests.rig.inside import inside
from tests.rig.installation import (
    BY_TWO,
    PASSWORD,
    RIG,
    Installation,
    at_root,
    credentials,
    install,
    populate_conversations,
    run_apart,
)
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess, running
from tests.rig.under_attack import attacked

CLIENTS = ("julia@client", "ola@client", "ewa@client")
ADVISOR, NEW = "anna@advisor", "zofia"
LINKED = ("adam", "jan", "olga", "wanda")
"""Who have a link each: one for each time that links are tried."""
HOME, PHONE = "127.66.6.7", "127.91.6.7"
"""Where the victim signed in before, beside the attack; and where somebody has a new device."""
MOST_S = {"known device": 3.0, "new device": 20.0, "link": 1.0, "file": 1.0}
"""How long they may take. A new device waits for a turn of each neighbourhood of the flood, on the
server's one core; the request of who waits longer than 30 s is refused."""
FILES = 8
"""How many are brought, one after another."""


@dataclass
class Bank:
    """A bank, and tokens of links, each for somebody else."""

    made: Installation
    links: list[str]


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    """A bank in which passwords cost what they usually do."""
    folder = tmp_path_factory.mktemp("bank")
    made = install(folder, [ADVISOR, VICTIM, NEW, *LINKED, *CLIENTS], passwords="")
    populate_conversations(made, {}, [(ADVISOR, each) for each in CLIENTS])
    return Bank(made, run_apart(links_for(made)))


async def links_for(made: Installation) -> list[str]:
    async with at_root(made) as root:
        create = partial(root[Links].create, SYSTEM, RIG, audience="chat", warrant=BY_TWO)
        links = [await create(made.people[name].id) for name in LINKED]
    return [link.path.partition("#link=")[2] for link in links]


@dataclass
class Browser:
    """A browser at the chat, which connects from an address of its own."""

    made: Installation
    source: str
    cookies: dict[str, str] = field(default_factory=dict)

    def post(self, path: str, body: object, **headers: str) -> httpx2.Response:
        """Post something over a connection of its own; keep what it is given."""
        chat = self.made.settings.chat
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        host = chat.origin.removeprefix("https://")
        given = {"host": host, "origin": chat.origin, "sec-fetch-site": "same-origin"}
        transport = httpx2.HTTPTransport(verify=tls(self.made), local_address=self.source)
        with httpx2.Client(transport=transport, trust_env=False, timeout=PATIENCE) as asking:
            answer = asking.post(
                f"https://127.0.0.1:{chat.port}/api/v1/{path}",
                json=body,
                headers={**given, **({"cookie": kept} if kept else {}), **headers},
                extensions={"sni_hostname": chat.host},
            )
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def sign_in(self, name: str) -> httpx2.Response:
        """Try the right password."""
        return self.post("sign-in", {"username": name, "password": PASSWORD})


def known(made: Installation) -> Browser:
    """A browser that has nothing of the victim's but the mark of a sign-in."""
    browser = Browser(made, HOME)
    assert browser.sign_in(VICTIM).is_success
    return Browser(made, HOME, {MARKS: browser.cookies[MARKS]})


@contextmanager
def flooded(made: Installation, server: ServerProcess, kind: str, sign: str) -> Iterator[None]:
    """Have a server attacked, from when its metrics have the sign that it is too much."""
    names = CLIENTS if kind == "uploads" else ()
    with attacked(made, server.process.pid, kind, cookies=[made.cookies[each] for each in names]):
        deadline = time.monotonic() + PATIENCE
        while sign not in inside(made, "/metrics").text:
            assert time.monotonic() < deadline, f"no {sign}"
            time.sleep(0.05)
        yield


GUESSES = ("guesses", 'onrecord_sign_ins_total{listener="chat",outcome="busy"}')
LINKS = ("links", 'onrecord_sign_ins_total{listener="chat",outcome="too_many_attempts"}')
UPLOADS = ("uploads", 'method="POST",status="429"}')


def answered(ask: Callable[[], httpx2.Response]) -> tuple[httpx2.Response, float]:
    """Ask, and again where a busy machine took too long; return what the last time took.

    `busy` is an answer: it says that others have taken all places.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        began = time.monotonic()
        answer = ask()
        took = time.monotonic() - began
        slow = answer.status_code == 503 and answer.json()["code"] == "deadline"
        if not slow or time.monotonic() > deadline:
            return answer, took


@contextmanager
def few_rows(made: Installation, networks: int) -> Iterator[None]:
    """Have refused sign-ins of so many networks take a few records, from a start to its stop.

    A first one of each network at once, and one with its count each minute and at the end.
    """
    before, began = refused_rows(made), time.monotonic()
    yield
    run_apart(settle(made))
    most = networks * (2 + int((time.monotonic() - began) / EVERY_S))
    rows = refused_rows(made) - before
    assert 0 < rows <= most, f"{rows} records of refused sign-ins, where {most} are allowed"


async def settle(made: Installation) -> None:
    """Record what the server owed when it stopped, as its next start would."""
    async with at_root(made) as root:
        assert await root[Means].entries.settle()


def refused_rows(made: Installation) -> int:
    leaves = leaves_of(Archive(made.data / "archive"))
    return sum(b'"type":"sign_in.refused"' in leaf for leaf in leaves)


def beside_guesses(made: Installation) -> tuple[float, float]:
    """Sign in on a device that is known, and on a new one; return what each took."""
    with few_rows(made, NEIGHBOURHOODS), running(made) as server:
        at_home, phone = known(made), Browser(made, PHONE)
        with flooded(made, server, *GUESSES):
            old, old_s = answered(lambda: at_home.sign_in(VICTIM))
            new, new_s = answered(lambda: phone.sign_in(NEW))
    assert (old.status_code, new.status_code) == (200, 200), (old.text, new.text)
    return old_s, new_s


def beside_bad_links(bank: Bank, defect: str = "") -> float:
    """Open an invitation and a sign-in link at the address of the flood; return the longer time."""
    made, token = bank.made, bank.links.pop()
    with few_rows(made, networks=1), running(made, defects=defect) as server:
        invite, there = invited(made), Browser(made, SOURCE)
        with flooded(made, server, *LINKS):
            shown, shown_s = answered(lambda: there.post("invitation", {"invite": invite}))
            looked, looked_s = answered(lambda: there.post("sign-in/link", {"link": token}))
            opened, opened_s = answered(lambda: there.post("sign-in", {"link": token}))
    answers = (shown, looked, opened)
    assert {each.status_code for each in answers} == {200}, [each.text for each in answers]
    return max(shown_s, looked_s, opened_s)


def invited(made: Installation) -> str:
    """Invite somebody, beside those who were before; return the token of the link."""
    eve = {"name": "Eve", "address": "eve@example.com", "locale": "en", "way": "screen"}
    answer = Browser(made, HOME).post(
        "invites", {**eve, "besides": True}, **credentials(made, ADVISOR)
    )
    link: str = answer.json()["link"]
    return link.partition("#invite=")[2]


def beside_uploads(made: Installation, defect: str = "") -> float:
    """Bring files while clients announce as many as they may; return the longest time."""
    conv, answers = made.direct(ADVISOR, CLIENTS[0]), []
    with (
        running(made, defects=defect) as server,
        flooded(made, server, *UPLOADS),
        sharer(made, ADVISOR) as anna,
    ):
        for number in range(FILES):
            bring = partial(anna.brought, conv, "note.txt", f"Page {number}.".encode())
            answers.append(answered(bring))
    assert {answer.status_code for answer, _ in answers} == {200}, [one.text for one, _ in answers]
    return max(took for _, took in answers)


@pytest.mark.proofs("long")
def test_the_right_password_signs_in_beside_a_flood_of_guesses(bank: Bank) -> None:
    beside_guesses(bank.made)


def test_a_right_link_is_let_in_beside_a_flood_of_bad_ones(bank: Bank) -> None:
    beside_bad_links(bank)


def test_a_file_goes_through_beside_uploads_of_which_nothing_comes(bank: Bank) -> None:
    beside_uploads(bank.made)


@pytest.mark.proofs("figure")
def test_all_of_them_are_let_in_soon(bank: Bank) -> None:
    known_s, new_s = beside_guesses(bank.made)
    took = {"known device": known_s, "new device": new_s}
    took |= {"link": beside_bad_links(bank), "file": beside_uploads(bank.made)}
    print(took)
    assert [each for each, seconds in took.items() if seconds > MOST_S[each]] == [], took


@pytest.mark.parametrize(
    ("defect", "noticed"),
    [("shared_links", "too_many_attempts"), ("each_refusal", "records of refused")],
)
def test_control_links_that_count_or_are_all_recorded_are_noticed(
    bank: Bank, defect: str, noticed: str
) -> None:
    with pytest.raises(AssertionError, match=noticed):
        beside_bad_links(bank, defect)


def test_control_uploads_that_take_room_unsent_are_noticed(bank: Bank) -> None:
    with pytest.raises(AssertionError, match="no_room"):
        beside_uploads(bank.made, "reserving")
