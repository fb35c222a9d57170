"""Who becomes an officer: every order of link, first sign-in, role and approval, by either of two.

Adam is an administrator who would read as compliance. Ola is another one, who does her part in good
faith: she asks for what is asked of her, hands links to Zofia, and approves a role where Zofia
herself reads a code to her. Adam does whatever he can with what he was ever handed.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from itertools import permutations, product

from onrecord.core.domain.errors import Refusal
from onrecord.core.domain.values import Actor, Role
from onrecord.features.people.people import Changes, NewPerson
from onrecord.features.people.requests import ChangePerson, LinkPerson, Request, office_of
from onrecord.features.people.warrants import OFFICE
from onrecord.features.sign_in.service import Caller, Opened
from onrecord.features.sign_in.tokens import NewToken
from onrecord.features.sign_in.values import Audience, Person
from tests.integration.office import CONSOLE, Office

HERS = "purple walrus orbit lantern"
HIS = "seven copper kettles sang"
DESK = Caller("console", "192.0.2.8", "Firefox on Linux")
PHONE = Caller("chat", "192.0.2.9", "Safari on iOS")
Hand = str
"""adam or ola."""
Step = tuple[str, Hand]
STEPS = ("link", "comes", "role", "approve")
STARTS = ("employee", "by adam", "by ola")
"""Added without the role, or with it, by one of them."""
AGAIN: tuple[Step, ...] = (
    ("comes", "zofia"),
    ("role", "adam"),
    ("approve", "ola"),
    ("link", "adam"),
    ("comes", "adam"),
    ("role", "ola"),
    ("approve", "adam"),
    ("approve", "ola"),
    ("link", "ola"),
    ("comes", "zofia"),
    ("role", "adam"),
    ("approve", "ola"),
    ("link", "adam"),
    ("comes", "adam"),
)
"""What Adam tries after any of them; and Zofia comes back."""


def sequences() -> Iterator[tuple[str, tuple[Step, ...]]]:
    """Yield every order of the steps, by either of the two, after each start.

    Of the longest, every third hand: each order is there, and each hand of each step.
    """
    for start in STARTS:
        steps = STEPS if start == "employee" else tuple(step for step in STEPS if step != "role")
        every = [
            (start, tuple(zip(order, hands, strict=True)))
            for order in permutations(steps)
            for hands in product(("adam", "ola"), repeat=len(order))
        ]
        yield from every[:: 3 if start == "employee" else 1]


class Attempt:
    """One Zofia, and what Adam and she have of her account."""

    def __init__(self, office: Office, adam: Actor, ola: Actor, number: int) -> None:
        self.office = office
        self.hands = {"adam": adam, "ola": ola}
        self.name = f"zofia{number}"
        self.links: dict[Hand, list[str]] = {"adam": [], "ola": []}
        self.his: list[Opened] = []
        self.tokens: list[str] = []
        self.knows: list[str] = []
        """Passwords that Adam chose, or that she chose last of his."""
        self.hers: Opened | None = None
        self.her_password: str | None = None
        self.number = 0

    async def begin(self, start: str) -> None:
        """Add her."""
        role: Role = "employee" if start == "employee" else "compliance"
        by = self.hands["adam" if start == "by adam" else "ola"]
        new = NewPerson("Zofia", "employee", "Bank", role, self.name)
        self.person = await self.office.approvals.add(by, CONSOLE, new)

    async def do(self, step: Step) -> None:
        """Try a step; what is refused is not done."""
        verb, hand = step
        verbs: dict[str, Callable[[Hand], Awaitable[None]]] = {
            "link": self._link,
            "comes": self._comes,
            "role": self._role,
            "approve": self._approve,
        }
        self.office.clock.move(minutes=5)
        with suppress(Refusal):
            await verbs[verb](hand)

    async def who(self) -> Person:
        """Who she is now."""
        return await self.office.people.one(self.person.id)

    async def _link(self, hand: Hand) -> None:
        """Make a link, or have the other one ask for it; *hand* is handed it."""
        actor, office = self.hands[hand], self.office
        try:
            made = await office.links.create(actor, CONSOLE, self.person.id, "chat")
        except Refusal:
            other = self.hands["ola" if hand == "adam" else "adam"]
            asked = await office.approvals.ask(other, CONSOLE, LinkPerson(self.person.id, "chat"))
            approved = await office.approvals.approve(actor, CONSOLE, asked.id)
            assert approved.link is not None
            made = approved.link
        self.links[hand].append(made.path.partition("=")[2])

    async def _comes(self, hand: Hand) -> None:
        """Adam uses what he has; she uses what either of them handed her, or what Adam told her."""
        if hand == "adam":
            await self._he_comes()
        else:
            await self._she_comes()

    async def _he_comes(self) -> None:
        while self.links["adam"]:
            with suppress(Refusal):
                opened = await self.office.sign_in.by_link(self.links["adam"].pop(), PHONE)
                await self._he_is_in(opened)
                return
        known = self.knows[-1] if self.knows else ""
        opened = await self.office.sign_in.by_password(self.name, known, PHONE)
        await self._he_is_in(opened)

    async def _he_is_in(self, opened: Opened) -> None:
        self.his.append(opened)
        new = NewToken(self.person.id, "script")
        self.tokens.append((await self.office.tokens.create(opened.person.actor, CONSOLE, new))[0])
        self.number += 1
        chosen = f"{HIS} {self.number}"
        old = self.knows[-1] if self.knows else None
        await self.office.own_password.choose(
            await self.who(), opened.session, CONSOLE, chosen, old
        )
        self.knows.append(chosen)

    async def _she_comes(self) -> None:
        for links in (self.links["ola"], self.links["adam"]):
            while links:
                with suppress(Refusal):
                    opened = await self.office.sign_in.by_link(links.pop(), PHONE)
                    await self._she_chooses(opened, None)
                    return
        told = self.her_password or (self.knows[-1] if self.knows else "")
        self.hers = await self.office.sign_in.by_password(self.name, told, PHONE)
        self.her_password = told

    async def _she_chooses(self, opened: Opened, old: str | None) -> None:
        self.number += 1
        chosen = f"{HERS} {self.number}"
        own = self.office.own_password
        await own.choose(await self.who(), opened.session, CONSOLE, chosen, old)
        self.hers, self.her_password = opened, chosen

    async def _role(self, hand: Hand) -> None:
        wanted = ChangePerson(self.person.id, Changes(role="compliance"))
        await self.office.approvals.ask(self.hands[hand], CONSOLE, wanted)

    async def _approve(self, hand: Hand) -> None:
        """Ola takes the code from Zofia alone; Adam tries what he reads himself before that."""
        reads = [self._his_code, self._her_code] if hand == "adam" else [self._her_code]
        for request, read in product(await self.waiting(), reads):
            with suppress(Refusal):
                code, actor = await read(), self.hands[hand]
                await self.office.approvals.approve(actor, CONSOLE, request.id, code)

    async def waiting(self) -> list[Request]:
        """Return the requests for a role of hers that wait."""
        pending = await self.office.approvals.pending()
        ours = [each for each in pending if each.person == self.person.id]
        return [each for each in ours if office_of(each.wanted) is not None]

    async def _his_code(self) -> str | None:
        """What Adam reads on a page of hers that he is signed in at."""
        for opened in reversed(self.his):
            found = await self.office.sessions.find(opened.secret, "chat")
            shown = await self.office.approvals.codes.show(found.person, found.session, CONSOLE)
            return shown.code
        return "00000000"

    async def _her_code(self) -> str | None:
        """What Zofia reads to Ola: nothing while she has not come in."""
        if self.hers is None:
            return None
        codes = self.office.approvals.codes
        try:
            found = await self.office.sessions.find(self.hers.secret, "chat")
        except Refusal:
            return None
        try:
            return (await codes.show(found.person, found.session, CONSOLE)).code
        except Refusal as refusal:
            if refusal.code != "new_password_needed":
                raise
        await self._she_chooses(self.hers, self.her_password)
        return (await codes.show(await self.who(), found.session, CONSOLE)).code

    async def breaches(self, *, links: bool = False) -> list[str]:
        """Return the ways by which Adam reads as an officer; *links* uses his up."""
        found, office = list[str](), self.office
        callers: dict[Audience, Caller] = {"chat": PHONE, "console": DESK}
        for place, caller in callers.items():
            for opened in self.his:
                with suppress(Refusal):
                    signed_in = await office.sessions.find(opened.secret, place)
                    found += ["session"] * (signed_in.person.role in OFFICE)
            for link in self.links["adam"] if links else ():
                with suppress(Refusal):
                    opened = await office.sign_in.by_link(link, caller)
                    found += ["link"] * (opened.person.role in OFFICE)
            for password in self.knows:
                with suppress(Refusal):
                    opened = await office.sign_in.by_password(self.name, password, caller)
                    found += ["password"] * (opened.person.role in OFFICE)
        for token in self.tokens:
            with suppress(Refusal):
                found += ["token"] * ((await office.tokens.redeem(token)).person.role in OFFICE)
        return found

    async def reads_herself(self) -> bool:
        """Whether Zofia comes in at the console."""
        with suppress(Refusal):
            opened = await self.office.sign_in.by_password(self.name, self.her_password or "", DESK)
            return opened.person.role == "compliance"
        return False

    async def end(self) -> None:
        """Decline what waits, so that the next one begins without it."""
        for request in await self.office.approvals.pending():
            await self.office.approvals.decline(self.hands["ola"], CONSOLE, request.id)
        self.office.clock.move(hours=3)


class Bank:
    """Adam and Ola, and one Zofia after the other."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.number = 0

    async def open(self) -> "Bank":
        """Hire the two."""
        self.adam = (await self.office.hire("adam", role="administrator")).actor
        self.ola = (await self.office.hire("ola", role="administrator")).actor
        return self

    async def played(self, start: str, steps: tuple[Step, ...]) -> tuple[list[str], bool]:
        """Return how Adam reads as an officer after a sequence, and whether Zofia does.

        It is looked at after the steps, and again at each approval of what Adam tries next.
        """
        self.number += 1
        one = Attempt(self.office, self.adam, self.ola, self.number)
        await one.begin(start)
        for step in steps:
            await one.do(step)
        found, reads = await one.breaches(), await one.reads_herself()
        for step in AGAIN:
            await one.do(step)
            if step[0] == "approve":
                found += await one.breaches()
                reads = await one.reads_herself() or reads
        found += await one.breaches(links=True)
        await one.end()
        return found, reads
