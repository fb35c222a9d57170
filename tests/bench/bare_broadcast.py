"""The baseline: broadcast over TLS with the same uvicorn, loop and protocol, and nothing else.

No login, journal or archive. `send` goes to every socket of its room, encoded once; everything else
(a member's `delivered` and `read`) is received and dropped. Changed only by an issue.
Usage: bare_broadcast.py CERTIFICATE KEY PORT
"""

import asyncio
import json
import sys
from collections import defaultdict

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

encode = json.JSONEncoder(separators=(",", ":")).encode
ROOMS: dict[str, set[WebSocket]] = defaultdict(set)


async def serve(socket: WebSocket) -> None:
    """Join the rooms of `?rooms=a,b`, then pass on what is sent."""
    await socket.accept()
    rooms = socket.query_params["rooms"].split(",")
    for room in rooms:
        ROOMS[room].add(socket)
    try:
        while True:
            frame = json.loads(await socket.receive_text())
            if frame["t"] == "send":
                text = encode({"t": "events", "events": [frame]})
                others = [other for other in ROOMS[frame["conv"]] if other is not socket]
                await asyncio.gather(*(other.send_text(text) for other in others))
                await socket.send_text(encode({"t": "ack", "id": frame["id"]}))
    except (WebSocketDisconnect, RuntimeError):
        for room in rooms:
            ROOMS[room].discard(socket)


if __name__ == "__main__":
    uvloop.install()
    uvicorn.run(
        Starlette(routes=[WebSocketRoute("/", serve)]),
        port=int(sys.argv[3]),
        ssl_certfile=sys.argv[1],
        ssl_keyfile=sys.argv[2],
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        log_level="error",
    )
