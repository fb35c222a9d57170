"""Try each frame of the table as somebody of a role: at their own table, and elsewhere."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from onrecord.core.roles.permission import Holder, Verdict
from onrecord_archive.format.record import format_time
from tests.integration.visitors import Bank, user_name
from tests.rig.client import Client, Frame, client
from tests.rig.files import sharer

SINCE = "2020-01-01T00:00:00.000000Z"
Try = Callable[["Sitting"], Awaitable[Verdict]]


class Sitting:
    """Somebody's socket, Omar's beside it, and a message of Omar's at the table they share."""

    def __init__(self, bank: Bank, role: Holder, one: Client, omar: Client) -> None:
        self.bank, self.one, self.omar = bank, one, omar
        self.table, self.person = bank.table(role), bank.made.people[user_name(role)].id
        self.nina = bank.made.people["nina"].id

    async def both(self, **frame: Any) -> Verdict:
        """Give a command at one's own table and elsewhere."""
        own = await self.one.command(conv=self.table, **frame)
        # Who is told to ask an admin got past the role's guard.
        if own["t"] == "nack" and own["code"] != "not_an_admin":
            assert own["code"] in ("not_allowed", "not_a_member"), own
            return "refused"
        return await self.elsewhere(**frame)

    async def elsewhere(self, **frame: Any) -> Verdict:
        """Give a command where one is no member."""
        other = await self.one.command(conv=self.bank.elsewhere, **frame)
        return "own" if other.get("code") == "not_a_member" else "allowed"


async def _send(at: Sitting) -> Verdict:
    return await at.both(t="send", text="Good morning")


async def _react(at: Sitting) -> Verdict:
    said = await at.omar.sent(at.table, "React to this")
    own = await at.one.command(t="react", conv=at.table, target=said["event_id"], emoji="👍")
    if own["t"] == "nack":
        return "refused"
    foreign = at.bank.foreign["message"]
    return await at.elsewhere(t="react", target=foreign, emoji="👍")


async def _amend(at: Sitting, **frame: Any) -> Verdict:
    """One's own message and, at the same table, Omar's."""
    mine = (await at.one.sent(at.table, "Mine"))["event_id"]
    his = (await at.omar.sent(at.table, "His"))["event_id"]
    own = await at.one.command(conv=at.table, target=mine, **frame)
    if own["t"] == "nack":
        return "refused"
    other = await at.one.command(conv=at.table, target=his, **frame)
    return "own" if other.get("code") == "not_yours" else "allowed"


async def _edit(at: Sitting) -> Verdict:
    return await _amend(at, t="edit", text="Changed")


async def _remove(at: Sitting) -> Verdict:
    return await _amend(at, t="remove")


async def _note(at: Sitting, **frame: Any) -> Verdict:
    own = await at.one.command(conv=at.table, **frame)
    if own["t"] == "nack":
        return "refused"
    if "target" in frame:
        frame["target"] = at.bank.foreign["message"]
    other = await at.one.command(conv=at.bank.elsewhere, **frame)
    return "own" if other.get("code") == "no_such_conversation" else "allowed"


async def _mark(at: Sitting) -> Verdict:
    return await _note(at, t="mark", mark="pinned")


async def _star(at: Sitting) -> Verdict:
    said = await at.omar.sent(at.table, "Star this")
    return await _note(at, t="star", target=said["event_id"])


async def _quiet(at: Sitting) -> Verdict:
    hours = {"zone": "Europe/Warsaw", "starts": "22:00", "ends": "07:00"}
    own = await at.one.command(t="quiet_hours", conv=at.person, **hours)
    if own["t"] == "nack":
        return "refused"
    other = await at.one.command(t="quiet_hours", conv=at.nina, **hours)
    return "own" if other.get("code") == "no_such_conversation" else "allowed"


async def _title(at: Sitting) -> Verdict:
    return await at.both(t="title", title="Our table")


async def _make_admin(at: Sitting) -> Verdict:
    return await at.both(t="group", op="admin", person=at.nina)


async def _describe(at: Sitting) -> Verdict:
    return await at.both(t="group", op="describe", text="What we sit here for")


async def _post(at: Sitting) -> Verdict:
    return await at.both(t="group", op="posting", on=True)


async def _link(at: Sitting) -> Verdict:
    until = format_time(datetime.now(UTC) + timedelta(days=1))
    return await at.both(t="group", op="link", hash="ab" * 32, until=until)


async def _unlink(at: Sitting) -> Verdict:
    return await at.both(t="group", op="unlink")


async def _add(at: Sitting) -> Verdict:
    return await at.both(t="members", op="add", person=at.nina)


async def _share(at: Sitting) -> Verdict:
    return await at.both(t="members", op="share", person=at.nina, since=SINCE)


async def _take_away(at: Sitting) -> Verdict:
    return await at.both(t="members", op="remove", person=at.nina)


async def _pass_on(at: Sitting, op: str, **times: str) -> Verdict:
    """At one's own table no client is: whoever may do it at all is told that."""
    frame = {"t": "relationship", "op": op, "person": at.nina, **times}
    own = await at.one.command(conv=at.table, **frame)
    if own["code"] == "not_allowed":
        return "refused"
    assert own["code"] == "no_relationship", own
    return await at.elsewhere(**frame)


async def _hand_over(at: Sitting) -> Verdict:
    return await _pass_on(at, "hand_over")


async def _delegate(at: Sitting) -> Verdict:
    return await _pass_on(at, "delegate", ends="2099-12-05T17:00:00.000000Z")


async def _end_delegation(at: Sitting) -> Verdict:
    return await _pass_on(at, "end")


async def _complaint(at: Sitting, op: str, **members: str) -> Verdict:
    """Only a client's own table has a client; there is no complaint to answer or take back."""
    own = await at.one.command(t="complaint", conv=at.table, op=op, **members)
    if own.get("code") == "not_allowed":
        return "refused"
    known = ("no_relationship", "no_such_complaint")
    assert own["t"] == "ack" or own["code"] in known, own
    return await at.elsewhere(t="complaint", op=op, **members)


async def _file_complaint(at: Sitting) -> Verdict:
    return await _complaint(at, "file", category="other", text="This was not agreed.")


async def _answer_complaint(at: Sitting) -> Verdict:
    return await _complaint(at, "answer", complaint="0" * 32)


async def _withdraw_complaint(at: Sitting) -> Verdict:
    return await _complaint(at, "withdraw", complaint="0" * 32)


async def _leave(at: Sitting) -> Verdict:
    return await at.both(t="members", op="leave")


async def _position(at: Sitting, kind: str) -> Verdict:
    """State a position elsewhere, then at one's own table, and see which of them Omar gets."""
    said = await at.omar.sent(at.table, "Read this")
    await at.one.event(said["event_id"])
    await at.one.say({"t": kind, "conv": at.bank.elsewhere, "msg_no": 1})
    await at.one.say({"t": kind, "conv": at.table, "msg_no": said["msg_no"]})
    await at.omar.until(lambda: at.table in _positions(at, kind))
    return "allowed" if at.bank.elsewhere in _positions(at, kind) else "own"


def _positions(at: Sitting, kind: str) -> set[str]:
    """Where Omar was told of a position of theirs."""
    changes = [(event, change) for event in at.omar.events for change in event.get("changes", ())]
    return {e["conv"] for e, change in changes if change["person"] == at.person and kind in change}


async def _read(at: Sitting) -> Verdict:
    return await _position(at, "read")


async def _delivered(at: Sitting) -> Verdict:
    return await _position(at, "delivered")


async def _played(at: Sitting) -> Verdict:
    """As `_position`, of voice notes of Omar's."""
    made, tables = at.bank.made, (at.bank.elsewhere, at.table)
    with sharer(made, "omar") as omar:
        notes = [await asyncio.to_thread(omar.spoken, conv) for conv in tables]
    for conv, note in zip(tables, notes, strict=True):
        await at.one.say({"t": "played", "conv": conv, "target": note["event_id"]})
    await at.omar.until(lambda: at.table in _positions(at, "played"))
    return "allowed" if at.bank.elsewhere in _positions(at, "played") else "own"


async def _typing(at: Sitting) -> Verdict:
    await at.one.say({"t": "typing", "conv": at.bank.elsewhere})
    await at.one.say({"t": "typing", "conv": at.table})
    await at.omar.until(lambda: at.table in _typed(at))
    return "allowed" if at.bank.elsewhere in _typed(at) else "own"


def _typed(at: Sitting) -> set[str]:
    items = (item for frame in at.omar.frames for item in _ephemeral(frame))
    return {item["conv"] for item in items if item["k"] == "typing" and item["person"] == at.person}


def _ephemeral(frame: Frame) -> list[Frame]:
    return list(frame["items"]) if frame["t"] == "ephemeral" else []


async def _ping(at: Sitting) -> Verdict:
    await at.one.say({"t": "ping"})
    await at.one.frame("heartbeat")
    return "own"


async def _idle(at: Sitting) -> Verdict:
    def states() -> list[str]:
        items = (item for frame in at.omar.frames for item in _ephemeral(frame))
        mine = (item for item in items if item["k"] == "presence" and item["person"] == at.person)
        return [item["state"] for item in mine]

    await at.one.say({"t": "idle", "on": True})
    await at.omar.until(lambda: states()[-1:] == ["away"])
    await at.one.say({"t": "idle", "on": False})
    await at.omar.until(lambda: states()[-1:] == ["online"])
    return "own"


async def _looking(at: Sitting) -> Verdict:
    await at.one.say({"t": "looking", "on": True})
    return await _ping(at)  # it has no answer, and the socket stays


async def _hello(at: Sitting) -> Verdict:
    welcome = await at.one.frame("welcome")
    return "own" if welcome["person"] == at.person else "allowed"


TRIES: dict[str, Try] = {
    "> hello": _hello,
    "> ping": _ping,
    "> idle": _idle,
    "> looking": _looking,
    "> send": _send,
    "> react": _react,
    "> read": _read,
    "> delivered": _delivered,
    "> played": _played,
    "> typing": _typing,
    "> mark": _mark,
    "> star": _star,
    "> quiet_hours": _quiet,
    "> edit": _edit,
    "> remove": _remove,
    "> title": _title,
    "> members add": _add,
    "> members share": _share,
    "> group admin": _make_admin,
    "> group describe": _describe,
    "> group posting": _post,
    "> group link": _link,
    "> group unlink": _unlink,
    "> members remove": _take_away,
    "> relationship hand_over": _hand_over,
    "> relationship delegate": _delegate,
    "> relationship end": _end_delegation,
    "> complaint file": _file_complaint,
    "> complaint answer": _answer_complaint,
    "> complaint withdraw": _withdraw_complaint,
    "> members leave": _leave,
}
"""By frame, in the order in which they are tried: who has left can try nothing else."""


async def observed(bank: Bank, role: Holder, frames: list[str]) -> dict[str, Verdict]:
    """Return what holds for a role, by frame, as the running server shows it."""
    made = bank.made
    async with client(made, user_name(role)) as one, client(made, "omar") as omar:
        at = Sitting(bank, role, one, omar)
        # Omar made each table; a client cannot lead it.
        await omar.command(t="group", conv=at.table, op="admin", person=at.person)
        return {frame: await TRIES[frame](at) for frame in TRIES if frame in frames}
