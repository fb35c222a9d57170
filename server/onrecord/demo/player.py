"""Play the demo's conversations through the real path: sign in, say hello, send, wait for ✓."""

import asyncio
from collections.abc import Collection
from contextlib import AsyncExitStack
from functools import singledispatchmethod
from pathlib import Path

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from onrecord.app.settings.listeners import Listener
from onrecord.cli.reach.api import Api
from onrecord.cli.reach.door import Door
from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.errors import Unavailable
from onrecord.core.domain.ids import new_id
from onrecord.demo.cast import Character
from onrecord.demo.letters import newest_letter
from onrecord.demo.talk import Add, Edit, React, Read, Remove, Say, Step, Talk
from onrecord.features.chat import bodies as rest
from onrecord.features.clients.invite_bodies import AcceptNotice, CodeSent
from onrecord.features.clients.passkey_bodies import Proof
from onrecord.features.sign_in import bodies as sign_in_bodies
from onrecord.protocol import frames
from onrecord.protocol.commands import ClientFrame, CommandFrame

SOCKET_PATH = "/api/v1/ws"
DEVICE = "Demo"
PATIENCE_S = 30.0
"""How long one step may take."""

_frame = msgspec.json.Decoder(frames.AnyServerFrame)
_event: msgspec.json.Decoder[frames.AnyEvent] = msgspec.json.Decoder(frames.AnyEvent)


class Voice:
    """One person at the chat listener, with a socket."""

    def __init__(self, api: Api, socket: ClientConnection, person: str) -> None:
        self.api = api
        self._socket = socket
        self._person = person
        self._read: dict[str, int] = {}

    async def hello(self) -> None:
        """Open the conversation with the server. Raises Refusal."""
        ticket = await self.api.post("/api/v1/ws-ticket", None, sign_in_bodies.Ticket)
        await self.tell(frames.Hello(ticket=ticket.ticket))
        while not isinstance(await self._next(), frames.Resumed):
            pass

    async def tell(self, frame: ClientFrame) -> None:
        """Send a frame that has no answer."""
        await self._socket.send(msgspec.json.encode(frame).decode())

    async def ask(self, frame: CommandFrame) -> frames.Ack:
        """Send a command until it is on the record. Raises Unavailable (`demo_refused`)."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                await self.tell(frame)
                answer = await self._answer(frame.id)
                if isinstance(answer, frames.Ack):
                    return answer
                if isinstance(answer, frames.Nack) and answer.retry_after is None:
                    raise Unavailable("demo_refused", f"{answer.code}: {answer.detail}")
                await asyncio.sleep(answer.retry_after or 0.0)

    async def has_read(self, conversation: str, msg_no: int) -> None:
        """Wait until the own position is on the record: it has no answer, and takes a second."""
        async with asyncio.timeout(PATIENCE_S):
            while self._read.get(conversation, 0) < msg_no:
                await self._next()

    async def _answer(self, id: str) -> frames.Ack | frames.Nack | frames.Pending:
        while True:
            frame = await self._next()
            if isinstance(frame, frames.Ack | frames.Nack | frames.Pending) and frame.id == id:
                return frame
            if isinstance(frame, frames.Bye):
                raise Unavailable("demo_refused", f"{frame.code}: {frame.detail}")

    async def _next(self) -> frames.AnyServerFrame:
        frame: frames.AnyServerFrame = _frame.decode(await self._socket.recv())
        if isinstance(frame, frames.Events):
            for raw in frame.events:
                self._note(_event.decode(raw))
        return frame

    def _note(self, event: frames.AnyEvent) -> None:
        if isinstance(event, frames.Positions):
            for change in event.changes:
                if change.person == self._person and change.read is not None:
                    self._read[event.conv] = change.read


class Player:
    """Plays talks as everybody in them."""

    def __init__(self, listener: Listener, passwords: dict[str, str], letters: Path) -> None:
        self._door = Door.here(listener)
        self._passwords = passwords
        self._letters = letters
        self._clock = SystemClock()
        self._voices: dict[str, Voice] = {}
        self._ids: dict[str, str] = {}
        self._conversation = ""
        self._said: dict[str, frames.Ack] = {}
        self._newest = 0
        self._reads: list[tuple[Voice, str, int]] = []

    async def play(self, talks: Collection[Talk]) -> None:
        """Play everything, in order. Raises Refusal. Cancelling leaves it half played."""
        try:
            async with AsyncExitStack() as stack:
                for talk in talks:
                    await self._play(talk, stack)
                for voice, conversation, newest in self._reads:
                    await voice.has_read(conversation, newest)
                for voice in self._voices.values():
                    await voice.api.sign_out()
        except (TimeoutError, OSError, WebSocketException) as error:
            detail = f"The conversations could not be played to the end ({type(error).__name__})."
            raise Unavailable("demo_interrupted", detail) from error

    async def _play(self, talk: Talk, stack: AsyncExitStack) -> None:
        added = [step.person for step in talk.steps if isinstance(step, Add)]
        for person in (talk.founder, *talk.others, *added):
            await self._join(person, stack)
        await self._found(talk)
        for step in talk.steps:
            await self._do(step)

    async def _join(self, person: Character, stack: AsyncExitStack) -> None:
        if person.username in self._voices:
            return
        api = await stack.enter_async_context(Api(self._door))
        password = self._passwords[person.username]
        me = await api.sign_in(person.username, password, device=DEVICE)
        if me.verification_due:
            await api.post("/api/v1/proof/code", None, CodeSent)
            code = newest_letter(self._letters)["short"].split()[0]
            await api.send("POST", "/api/v1/proof", Proof(code))
        if me.notice is not None:
            await api.send("POST", "/api/v1/notice", AcceptNotice(me.notice.sha256))
        socket = await stack.enter_async_context(
            connect(
                f"wss://{self._door.origin.removeprefix('https://')}{SOCKET_PATH}",
                host=self._door.address,
                port=self._door.port,
                ssl=self._door.trust,
                server_hostname=self._door.host,
                origin=self._door.origin,  # type: ignore[arg-type]  # a NewType of str
                subprotocols=[frames.SUBPROTOCOL],  # type: ignore[list-item]  # the same
                compression=None,
                proxy=None,
            )
        )
        voice = Voice(api, socket, me.person.id)
        await voice.hello()
        self._voices[person.username] = voice
        self._ids[person.username] = me.person.id

    async def _found(self, talk: Talk) -> None:
        body = rest.CreateConversation(
            id=new_id(self._clock),
            kind=talk.kind,
            members=[self._ids[person.username] for person in talk.others],
            title=talk.title,
        )
        api = self._voices[talk.founder.username].api
        founded = await api.post("/api/v1/conversations", body, rest.Conversation)
        self._conversation, self._said, self._newest = founded.id, {}, 0

    @singledispatchmethod
    async def _do(self, step: Step) -> None:
        raise NotImplementedError(type(step))

    @_do.register
    async def _(self, step: Say) -> None:
        reply_to = self._said[step.reply_to].event_id if step.reply_to else None
        frame = frames.Send(
            id=new_id(self._clock), conv=self._conversation, text=step.text, reply_to=reply_to
        )
        ack = await self._voice(step).ask(frame)
        self._said[step.name] = ack
        self._newest = ack.msg_no or self._newest

    @_do.register
    async def _(self, step: Edit) -> None:
        target = self._said[step.message].event_id
        await self._voice(step).ask(
            frames.Edit(new_id(self._clock), self._conversation, target, step.text)
        )

    @_do.register
    async def _(self, step: Remove) -> None:
        target = self._said[step.message].event_id
        await self._voice(step).ask(frames.Remove(new_id(self._clock), self._conversation, target))

    @_do.register
    async def _(self, step: React) -> None:
        target = self._said[step.message].event_id
        await self._voice(step).ask(
            frames.React(new_id(self._clock), self._conversation, target, step.emoji)
        )

    @_do.register
    async def _(self, step: Add) -> None:
        person = self._ids[step.person.username]
        await self._voice(step).ask(
            frames.Members(new_id(self._clock), self._conversation, "add", person)
        )

    @_do.register
    async def _(self, step: Read) -> None:
        await self._voice(step).tell(frames.Read(self._conversation, self._newest))
        self._reads.append((self._voice(step), self._conversation, self._newest))

    def _voice(self, step: Step) -> Voice:
        return self._voices[step.who.username]
