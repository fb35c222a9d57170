"""Where an administrator's commands are done: by the running server, or here while none runs."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

from onrecord.cli.console import DEVICE, here
from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.errors import NotAllowed, NotFound, Unavailable
from onrecord.core.domain.ids import new_id
from onrecord.features.chat.bodies import MadeTokens, NewTokens, OwnToken, PictureSet
from onrecord.features.hours import bodies as hours
from onrecord.features.notices.bodies import (
    NewNotice,
    NoticeHistories,
    NoticeHistory,
    NoticeVersion,
)
from onrecord.features.people import bodies as wire
from onrecord.features.people.import_bodies import ImportBatch, Imported, ImportPreview
from onrecord.features.sign_in.service import spelling

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import Literal

    from onrecord.app.settings.model import Settings
    from onrecord.cli.api import Api

T = TypeVar("T")
PEOPLE = "/api/v1/admin/people"
NOTICES = "/api/v1/admin/notices"
REQUESTS = "/api/v1/admin/requests"
HOOKS = "/api/v1/admin/hooks"
FIRM = "/api/v1/admin/firm"
HOURS = "/api/v1/admin/hours"


class Desk:
    """What administrators do, over the console's API. Everything raises Refusal."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def people(self) -> list[wire.Account]:
        """Return everybody."""
        return (await self._api.get(PEOPLE, wire.Accounts)).people

    async def add(self, new: wire.NewAccount) -> wire.Account:
        """Add somebody. A role that two give waits for them."""
        return await self._api.post(PEOPLE, new, wire.Account)

    async def change(
        self, person: str, changes: wire.ChangeAccount
    ) -> wire.Account | wire.ApprovalRequest:
        """Change who somebody is, or ask a second administrator to."""
        return _given(await self._api.attempt("PUT", f"{PEOPLE}/{person}", changes, wire.Account))

    async def set_position(self, person: str, position: wire.Position) -> wire.Account:
        """Say what somebody does, and where in the firm."""
        return await self._api.put(f"{PEOPLE}/{person}/position", position, wire.Account)

    async def link(self, person: str, place: wire.Place) -> wire.MadeLink | wire.ApprovalRequest:
        """Make a first one-time link, or ask a second administrator for a later one."""
        path, body = f"{PEOPLE}/{person}/links", wire.NewLink(place)
        return _given(await self._api.attempt("POST", path, body, wire.MadeLink))

    async def deactivate(self, person: str, successor: str | None) -> wire.LeftOpen:
        """Deactivate an account and return what it leaves; *successor* takes over its clients."""
        body = wire.Deactivation(successor)
        return await self._api.post(f"{PEOPLE}/{person}/deactivate", body, wire.LeftOpen)

    async def uncovered(self) -> list[wire.Leaver]:
        """Return who left clients or bots that nobody takes over."""
        return (await self._api.get("/api/v1/admin/uncovered", wire.Leavers)).leavers

    async def name_successor(self, person: str, successor: str) -> None:
        """Have somebody take over all clients that another one left."""
        await self._api.send("POST", f"{PEOPLE}/{person}/successor", wire.Succession(successor))

    async def relationships(self, person: str) -> list[wire.ServedClient]:
        """Return somebody's clients."""
        path = f"{PEOPLE}/{person}/relationships"
        return (await self._api.get(path, wire.ServedClients)).relationships

    async def hand_over(
        self, conversation: str, successor: str, history: Literal["all", "new"]
    ) -> None:
        """Have somebody answer for a client from now on."""
        body = wire.ChangeRelationship(new_id(SystemClock()), "hand_over", successor, history)
        await self._api.send("POST", f"/api/v1/admin/relationships/{conversation}", body)

    async def activate(self, person: str) -> wire.ApprovalRequest | None:
        """Ask a second administrator to let somebody back in; None: they are in."""
        path = f"{PEOPLE}/{person}/activate"
        return await self._api.attempt("POST", path, None, wire.ApprovalRequest)

    async def requests(self) -> list[wire.ApprovalRequest]:
        """Return what waits for a second administrator."""
        return (await self._api.get(REQUESTS, wire.ApprovalRequests)).requests

    async def approve(self, request: str, code: str | None) -> wire.Approved:
        """Do what another administrator asked for. *code*: of who is given a role."""
        path = f"{REQUESTS}/{_id(request)}/approve"
        return await self._api.post(path, wire.Approval(code), wire.Approved)

    async def decline(self, request: str) -> None:
        """Do not do what another administrator asked for."""
        await self._api.send("POST", f"{REQUESTS}/{_id(request)}/decline")

    async def withdraw(self, request: str) -> None:
        """Want no more what one asked for."""
        await self._api.send("DELETE", f"{REQUESTS}/{_id(request)}")

    async def sessions(self, person: str) -> list[wire.OpenSession]:
        """Return where somebody is signed in."""
        return (await self._api.get(f"{PEOPLE}/{person}/sessions", wire.SessionList)).sessions

    async def end_session(self, person: str, session: str) -> None:
        """Sign one device out."""
        await self._api.send("DELETE", f"{PEOPLE}/{person}/sessions/{session}")

    async def end_sessions(self, person: str) -> None:
        """Sign somebody out everywhere."""
        await self._api.send("DELETE", f"{PEOPLE}/{person}/sessions")

    async def preview(self, data: bytes) -> ImportPreview:
        """Return what an import of a CSV file would do."""
        return await self._api.upload(f"{PEOPLE}/import/preview", data, ImportPreview, "POST")

    async def add_batch(self, batch: ImportBatch) -> Imported:
        """Add people of an import."""
        return await self._api.post(f"{PEOPLE}/import", batch, Imported)

    async def picture(self, person: str, data: bytes | None) -> None:
        """Set somebody's picture; None takes it away."""
        await self._picture(f"{PEOPLE}/{person}/picture", data)

    async def firm(self) -> wire.FirmProfile:
        """Return what the firm is called and looks like."""
        return await self._api.get(FIRM, wire.FirmProfile)

    async def name_firm(self, name: str) -> None:
        """Show another name."""
        await self._api.send("PUT", FIRM, wire.FirmName(name))

    async def picture_firm(self, data: bytes | None) -> None:
        """Set the firm's picture; None takes it away."""
        await self._picture(f"{FIRM}/picture", data)

    async def _picture(self, path: str, data: bytes | None) -> None:
        if data is None:
            await self._api.send("DELETE", path)
        else:
            await self._api.upload(path, data, PictureSet)

    async def tokens(self, person: str) -> list[wire.Access]:
        """Return somebody's tokens."""
        return (await self._api.get(f"{PEOPLE}/{person}/tokens", wire.AccessList)).tokens

    async def new_tokens(self, asked: NewTokens) -> list[OwnToken]:
        """Make tokens of one's own, or of one's bots."""
        return (await self._api.post("/api/v1/tokens", asked, MadeTokens)).tokens

    async def revoke(self, token: str) -> None:
        """Revoke a token."""
        await self._api.send("DELETE", f"/api/v1/admin/tokens/{token}")

    async def notices(self) -> list[NoticeHistory]:
        """Return every language's versions of the recording notice."""
        return (await self._api.get(NOTICES, NoticeHistories)).languages

    async def publish_notice(self, new: NewNotice) -> NoticeVersion:
        """Publish or plan a text."""
        return await self._api.post(NOTICES, new, NoticeVersion)

    async def withdraw_notice(self, id: str) -> None:
        """Take a planned text back."""
        await self._api.send("DELETE", f"{NOTICES}/{id}")

    async def office_hours(self) -> hours.OfficeHours:
        """Return the office hours."""
        return await self._api.get(HOURS, hours.OfficeHours)

    async def set_office_hours(self, wanted: hours.SetOfficeHours) -> hours.OfficeHours:
        """Replace the office hours."""
        return await self._api.put(HOURS, wanted, hours.OfficeHours)

    async def holidays_in(self, text: str) -> list[hours.Holiday]:
        """Return the holidays in a text."""
        found = await self._api.post(f"{HOURS}/holidays", hours.HolidayText(text), hours.Holidays)
        return found.holidays

    async def own_hours(self, person: str) -> hours.OwnHours:
        """Return what somebody has otherwise."""
        return await self._api.get(f"{PEOPLE}/{person}/hours", hours.OwnHours)

    async def set_own_hours(self, person: str, wanted: hours.SetOwnHours) -> hours.OwnHours:
        """Set somebody's own week."""
        return await self._api.put(f"{PEOPLE}/{person}/hours", wanted, hours.OwnHours)

    async def set_away(self, person: str, wanted: hours.SetAway) -> hours.OwnHours:
        """Note that somebody is away."""
        return await self._api.put(f"{PEOPLE}/{person}/away", wanted, hours.OwnHours)

    async def back(self, person: str) -> None:
        """Note that somebody is there again."""
        await self._api.send("DELETE", f"{PEOPLE}/{person}/away")

    async def waiting(self) -> list[hours.WaitingClient]:
        """Return the clients who wait for an answer."""
        return (await self._api.get("/api/v1/admin/waiting", hours.WaitingClients)).waiting

    async def hooks(self) -> list[wire.HookState]:
        """Return how far every hook is. Raises Unavailable without a server: hooks run in it."""
        self._need_server()
        return (await self._api.get(HOOKS, wire.Hooks)).hooks

    async def replay_hook(self, hook: str, first: int) -> None:
        """Have a hook deliver again from an archive_index on; raises as `retry_hook`.

        Raises Conflict (`nothing_to_replay`), too.
        """
        path = f"{await self._hook(hook)}/replay"
        await self._api.send("POST", path, wire.NewReplay(first))

    async def retry_hook(self, hook: str) -> None:
        """Have a hook that waits try now; raises as `hooks`, and NotFound (`no_such_hook`)."""
        await self._api.send("POST", f"{await self._hook(hook)}/retry")

    async def pause_hook(self, hook: str, *, on: bool) -> None:
        """Have a hook deliver nothing, or go on; raises as `retry_hook`."""
        await self._api.send("POST", f"{await self._hook(hook)}/{'pause' if on else 'resume'}")

    async def compare_hook(self, hook: str) -> None:
        """Have a hook's other side compared; raises as `retry_hook`, and Conflict, too."""
        await self._api.send("POST", f"{await self._hook(hook)}/compare")

    async def hook(self, name: str) -> wire.HookState:
        """Return how far a hook is; raises as `retry_hook`."""
        await self._hook(name)
        return next(each for each in await self.hooks() if each.name == name)

    async def receipt_ranges(
        self, hook: str, before: int | None, most: int
    ) -> list[wire.ReceiptRange]:
        """Return a hook's receipts by ranges, the newest first; raises as `hooks`."""
        path = f"{self._receipts(hook)}/receipts?limit={most}"
        if before is not None:
            path += f"&before={before}"
        return (await self._api.get(path, wire.ReceiptRanges)).ranges

    async def entry_receipts(self, hook: str, entry: int) -> wire.EntryReceipts:
        """Return the receipts of an entry; raises as `hooks`, and NotFound (`no_receipt`)."""
        return await self._api.get(f"{self._receipts(hook)}/receipts/{entry}", wire.EntryReceipts)

    async def check_receipts(self, hook: str) -> wire.ReceiptsChecked:
        """Hold all receipts of a hook against their hashes and leaves; raises as `hooks`."""
        path = f"{self._receipts(hook)}/receipt-check"
        found = await self._api.get(path, wire.ReceiptsChecked)
        while found.more:
            found = await self._api.get(f"{path}?after={found.end}", wire.ReceiptsChecked)
        return found

    def _receipts(self, hook: str) -> str:
        """Return the path of a hook, which settings may name no more."""
        self._need_server()
        return f"{HOOKS}/{quote(hook, safe='')}"

    async def _hook(self, name: str) -> str:
        """Return a hook's path."""
        names = [each.name for each in await self.hooks()]
        if name not in names:
            there = f"Name one of these: {', '.join(names)}." if names else "None is set up."
            raise NotFound("no_such_hook", f"There is no running hook of this name. {there}")
        return f"{HOOKS}/{quote(name, safe='')}"

    def _need_server(self) -> None:
        if self._api.inside:
            detail = "Hooks run in the server, and none is running. Start it: onrecord serve"
            raise Unavailable("server_not_running", detail)


@asynccontextmanager
async def desk(settings: Settings, username: str, password: str) -> AsyncIterator[Desk]:
    """Sign an administrator in, at the server or here, and out again.

    Raises RefuseToStart, NotSignedIn, NotAllowed (`wrong_role`), Unavailable.
    """
    async with AsyncExitStack() as stack:
        api = await here(settings, stack)
        me = await api.sign_in(username, password, device=DEVICE)
        stack.push_async_callback(api.sign_out)
        if me.person.role != "administrator":
            raise NotAllowed("wrong_role", "Only administrators may do this.")
        yield Desk(api)


def _given(answer: T | wire.ApprovalRequest | None) -> T | wire.ApprovalRequest:
    """Return an answer that has a body. Raises Unavailable (`bad_answer`)."""
    if answer is None:
        raise Unavailable("bad_answer", "The server answered nothing.")
    return answer


def _id(request: str) -> str:
    return quote(request, safe="")


async def named(desk: Desk, username: str) -> wire.Account:
    """Return somebody by user name. Raises NotFound (`no_such_person`)."""
    wanted = spelling(username)
    for person in await desk.people():
        if person.username == wanted:
            return person
    raise NotFound("no_such_person", f"There is nobody with the user name {username}.")
