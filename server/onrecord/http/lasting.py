"""A request lasts no longer than the session or token that it came with.

Who sends it is found out by its head. Its body may come much later, and its answer may take as long
as its reader likes. If the session ends meanwhile, the rest of the body is refused and the rest of
the answer stays here. What has been read and decided by then is done.
"""

from collections.abc import Callable
from typing import NoReturn

from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from onrecord.features.sign_in.registry import session_ended
from onrecord.http.accepting import connection_of


class Lasting:
    """What comes of one request, and what is answered, for as long as its session stands."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._begun = False
        self._stands: Callable[[], bool] = lambda: True

    def of(self, stands: Callable[[], bool]) -> None:
        """Note whose it is: *stands* says whether they are signed in still."""
        self._stands = stands

    def demand(self) -> None:
        """Raise NotSignedIn (`session_ended`) where they are not."""
        if not self._stands():
            raise session_ended()

    async def receive(self) -> Message:
        """Return what comes next. Raises NotSignedIn (`session_ended`)."""
        message = await self._receive()
        self.demand()
        return message

    async def send(self, message: Message) -> None:
        """Answer: an ended session gets the first piece, since its own end is answered as well.

        Raises ClientDisconnect; the connection is closed.
        """
        if message["type"] == "http.response.body":
            if self._begun and not self._stands():
                await cut(self._scope, self._receive)
            self._begun = True
        await self._send(message)


async def cut(scope: Scope, receive: Receive) -> NoReturn:
    """Close a connection in the middle of its answer. Raises ClientDisconnect."""
    connection = connection_of(scope)
    if connection is not None:
        connection.cut()
        while (await receive())["type"] != "http.disconnect":
            continue
    raise ClientDisconnect
