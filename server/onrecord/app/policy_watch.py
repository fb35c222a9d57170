"""The task that notes what policies look for in messages."""

from collections.abc import Sequence
from typing import Final

from onrecord.app.root import Key, Root
from onrecord.core.domain.errors import OnRecordError
from onrecord.features.policies.store import WatchStore
from onrecord.features.policies.watch import OFF_CHANNEL, ORDERS, OffChannelWatch, Policy
from onrecord.observability.logs import error_fields

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
    def failed(error: OnRecordError) -> None:
        root.around.log.warning("watch_delayed", **error_fields(error))

    recording = root.recording
    return OffChannelWatch(
        WatchStore(recording.database),
        recording.recorder,
        read=recording.read,
        write=recording.write,
        failed=failed,
        policies=root[WATCHED],
    )
