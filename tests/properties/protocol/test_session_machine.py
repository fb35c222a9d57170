"""The socket's session against a model of it, whatever text comes and however fast."""

import json

import msgspec
import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from onrecord.protocol import frames
from onrecord.protocol.limits import WireLimits
from onrecord.protocol.session import (
    BAD_FRAME,
    OUT_OF_ORDER,
    CloseSocket,
    Meaning,
    Received,
    ServerSession,
    State,
    Wait,
)
from tests.properties.any_frame import client_frames

LIMITS = WireLimits(frames_per_second=2)
MOST_AT_ONCE = 4
ID = "0" * 32
said = client_frames.filter(lambda frame: not isinstance(frame, frames.Hello))
spoilt_commands = st.sampled_from(
    [
        {"t": "send", "id": ID, "conv": ID},
        {"t": "send", "id": ID, "conv": ID, "text": ""},
        {"t": "edit", "id": ID, "conv": ID, "text": "x", "target": "mine"},
        {"t": "members", "id": ID, "conv": ID, "op": "crown"},
        {"t": "react", "id": ID, "conv": ID, "target": ID, "emoji": "👍", "more": 1},
        {"t": "dance", "id": ID},
    ]
)
no_frames = st.one_of(
    st.text(max_size=20).filter(lambda text: not text.lstrip().startswith("{")),
    st.sampled_from(["", "{", "[]", "null", '{"t":"ping","t":"ping"}', '{"t":"ping","x":null}']),
)


class SessionMachine(RuleBasedStateMachine):
    """The model: open after one hello, closed for ever after a mistake that nobody can answer."""

    made = ServerSession

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.connect()

    def connect(self) -> None:
        """Begin with a new socket."""
        self.left, self.filled_at = float(MOST_AT_ONCE), self.now
        self.session = self.made(LIMITS, now=self.now)
        self.expected = State.AWAIT_HELLO

    def receive(self, text: str) -> Received | None:
        """Give the session a text, unless it is closed; who is too fast has to wait."""
        if self.expected is State.CLOSED:
            return None
        rate = LIMITS.frames_per_second
        self.left = min(MOST_AT_ONCE, self.left + (self.now - self.filled_at) * rate)
        self.filled_at = self.now
        meaning = self.session.receive(text, self.now)
        too_fast = self.left < 1
        if not too_fast:
            self.left -= 1
        if isinstance(meaning, Wait):
            assert too_fast, "nobody waits who kept to the limit"
            assert 0 < meaning.seconds <= 1 / rate
            return meaning.then
        assert not too_fast or isinstance(meaning, CloseSocket), "who is too fast waits"
        return meaning

    def closes(self, meaning: Received | None, code: int) -> None:
        """Require that the socket closes now."""
        if self.expected is not State.CLOSED:
            assert isinstance(meaning, CloseSocket)
            assert meaning.close_code == code
            self.expected = State.CLOSED

    @rule(seconds=st.sampled_from([0.0, 0.05, 0.3, 5.0]))
    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.now += seconds

    @precondition(lambda self: self.expected is State.CLOSED)
    @rule(said=st.booleans())
    def come_back(self, said: bool) -> None:
        """A new socket, most often with its hello."""
        self.connect()
        if said:
            self.hello(ticket=True, token=False)

    @rule(ticket=st.booleans(), token=st.booleans())
    def hello(self, ticket: bool, token: bool) -> None:
        """Somebody says who they are."""
        frame = frames.Hello("a" if ticket else None, "b" if token else None)
        meaning = self.receive(msgspec.json.encode(frame).decode())
        if self.expected is State.OPEN:
            self.closes(meaning, OUT_OF_ORDER)
        elif ticket == token:
            self.closes(meaning, BAD_FRAME)
        elif self.expected is State.AWAIT_HELLO:
            assert meaning == frame
            self.expected = State.OPEN

    @rule(frame=said)
    def say(self, frame: frames.AnyClientFrame) -> None:
        """A good frame comes."""
        meaning = self.receive(msgspec.json.encode(frame).decode())
        if self.expected is State.OPEN:
            assert meaning == frame
        else:
            self.closes(meaning, OUT_OF_ORDER)

    @rule(count=st.integers(2, 8))
    def babble(self, count: int) -> None:
        """Many good frames come at once."""
        for _ in range(count):
            self.say(frames.Ping())

    @rule(spoilt=spoilt_commands)
    def say_wrongly(self, spoilt: dict[str, object]) -> None:
        """A command with a readable id is wrong otherwise."""
        meaning = self.receive(json.dumps(spoilt))
        if self.expected is State.OPEN:
            assert isinstance(meaning, frames.Nack)
            assert meaning.id == ID
        else:
            self.closes(meaning, BAD_FRAME)

    @rule(text=no_frames)
    def mumble(self, text: str) -> None:
        """What comes is no frame."""
        self.closes(self.receive(text), BAD_FRAME)

    @rule()
    def leave(self) -> None:
        """The socket closes."""
        self.session.close()
        self.expected = State.CLOSED

    @invariant()
    def stands_where_the_model_does(self) -> None:
        """Require the model's state."""
        assert self.session.state is self.expected


LONG = settings(max_examples=150, stateful_step_count=30, deadline=None)
LOOK = settings(LONG, phases=[Phase.generate], database=None, derandomize=True)


def test_a_session_does_what_the_model_does() -> None:
    run_state_machine_as_test(SessionMachine, settings=LONG)


class Forgiving(ServerSession):
    """A second hello lets somebody else in."""

    def _hello(self, frame: frames.Hello) -> Meaning:
        self.state = State.AWAIT_HELLO
        return super()._hello(frame)


class Hasty(ServerSession):
    """Nobody has to wait."""

    def receive(self, text: str | bytes, now: float) -> Received:
        """Take one text message."""
        meaning = super().receive(text, now)
        return meaning.then if isinstance(meaning, Wait) else meaning


class Chatty(ServerSession):
    """What is no frame is answered, before hello too."""

    def receive(self, text: str | bytes, now: float) -> Received:
        """Take one text message."""
        meaning = super().receive(text, now)
        if isinstance(meaning, CloseSocket) and meaning.close_code == BAD_FRAME:
            self.state = State.AWAIT_HELLO
            return frames.Nack(ID, meaning.code, meaning.detail)
        return meaning


@pytest.mark.parametrize("defect", [Forgiving, Hasty, Chatty])
def test_control_a_session_that_does_otherwise_is_found(defect: type[ServerSession]) -> None:
    class Planted(SessionMachine):
        made = defect

    with pytest.raises(AssertionError):
        run_state_machine_as_test(Planted, settings=LOOK)
