"""The chat's WebSockets."""

from functools import partial
from typing import Any, Final

from onrecord.app.complaints import complaints_shown
from onrecord.app.recording import Served
from onrecord.app.root import Key, Root
from onrecord.app.settings.model import Settings
from onrecord.app.settings.options import wire_limits
from onrecord.core.delivery.positions import PositionBook
from onrecord.core.delivery.presence import Presence
from onrecord.core.rate_limiter import RateLimiter
from onrecord.features.chat.service import ReadStore
from onrecord.features.notices.service import Notices
from onrecord.features.sign_in.registry import Sessions
from onrecord.features.sign_in.socket_routes import SocketRoutes
from onrecord.features.sign_in.tickets import Tickets
from onrecord.features.sign_in.tokens import Tokens
from onrecord.features.uploads.step_up import StepUp
from onrecord.features.waiting.attendance import Attendance
from onrecord.http.options import SiteOptions
from onrecord.protocol.frames import Welcome
from onrecord.ws.gateway import Gateway
from onrecord.ws.live import Doors, Live, Outgoing, Sending
from onrecord.ws.replay import Replay

MESSAGES: Final = Key[RateLimiter]("how often somebody sends")


def install(root: Root) -> None:
    """Make the gateway on an open recording."""
    root.makes(MESSAGES, lambda it: RateLimiter(it.around.clock))
    root.makes(PositionBook, _positions)
    root.joins(lambda it: it.recording.publishing.deliver.follow(it[PositionBook]))
    root.makes(Live, _live)
    root.makes(Gateway, _gateway)
    root.serves(
        "chat",
        lambda it: SocketRoutes(tickets=it[Tickets], notices=it[Notices], serve=it[Gateway].serve),
    )
    root.runs(lambda it: it[Gateway].beat(), lambda it: it[PositionBook].run())


def _positions(root: Root) -> PositionBook:
    recording = root.recording
    return PositionBook(
        recorder=recording.recorder,
        store=root[ReadStore],
        readers=recording.read,
        clock=root.around.clock,
    )


def _live(root: Root) -> Live:
    recording, limits = root.recording, wire_limits(root.settings)
    store, read, fan_out = root[ReadStore], recording.read, recording.publishing.fan_out
    cursors = recording.publishing.cursors
    return Live(
        clock=root.around.clock,
        limits=limits,
        doors=Doors(root[Tickets], root[Tokens], root[Sessions]),
        sending=Sending(root[MESSAGES], root[StepUp], root[Served].recorder, root[PositionBook]),
        outgoing=Outgoing(
            fan_out=fan_out,
            frames=recording.publishing.frames,
            presence=Presence(fan_out=fan_out, store=store, readers=read),
            attendance=root[Attendance],
            replay=Replay(store=store, readers=read, cursors=cursors, most=limits.resume_entries),
        ),
        log=root.around.log,
        points=root.around.points,
    )


def _gateway(root: Root) -> Gateway:
    settings = root.settings
    site = SiteOptions(settings.chat.origin, files_origin=settings.files.origin)
    return Gateway(root[Live], origins=site.origins, welcome=partial(Welcome, **told(settings)))


def told(settings: Settings) -> dict[str, Any]:
    """Return what every client is told in its welcome, by the fields' names.

    Of the settings of these sections it is what `Welcome` has a field for.
    """
    sections = (settings.policy, settings.devices, settings.help)
    said = dict[str, Any]()
    for section in sections:
        said |= section.model_dump(mode="json", include=set(Welcome.__struct_fields__))
    said = {name: value for name, value in said.items() if value != {}}
    return {**said, "complaints": complaints_shown(settings)}
