"""The task that notes what policies look for in messages."""

from collections.abc import Sequence
from typing import Final

from onrecord.app.root import Key, Root
from onrecord.features.policies.store import WatchStore
from onrecord.features.policies.watch import OFF_CHANNEL, ORDERS, OffChannelWatch, Policy
from onrecord.observability.logs import warns

WATCHED: Final = Key[Sequence[Policy]]("what is looked for")


def install(root: Root) -> None:
    """Make it on an open recording, where anything is looked for."""
    policy = root.settings.policy
    chosen = ((OFF_CHANNEL, policy.off_channel), (ORDERS, policy.orders != "off"))
    root.makes(WATCHED, lambda _: [each for each, wanted in chosen if wanted])
    root.makes(OffChannelWatch, _watch)
    if root[WATCHED]:
        root.runs(lambda it: it[OffChannelWatch].run())


def _watch(root: Root) -> OffChannelWatch:
    recording = root.recording
    return OffChannelWatch(
        WatchStore(recording.database),
        recording.recorder,
        read=recording.read,
        write=recording.write,
        failed=warns(root.around.log, "watch_delayed"),
        policies=root[WATCHED],
    )
