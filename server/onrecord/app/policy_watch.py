"""The task that notes what policies look for in messages, on an open recording."""

from onrecord.app.recording import Recording, Surroundings
from onrecord.app.settings.model import Settings
from onrecord.core.domain.errors import OnRecordError
from onrecord.features.policies.store import WatchStore
from onrecord.features.policies.watch import OFF_CHANNEL, ORDERS, OffChannelWatch
from onrecord.observability.logs import error_fields


def policy_watch(
    settings: Settings, recording: Recording, around: Surroundings
) -> list[OffChannelWatch]:
    """Make it; its `run` belongs into the task tree. None where nothing is looked for."""
    policy, log = settings.policy, around.log
    chosen = ((OFF_CHANNEL, policy.off_channel), (ORDERS, policy.orders != "off"))
    policies = [each for each, wanted in chosen if wanted]

    def failed(error: OnRecordError) -> None:
        log.warning("watch_delayed", **error_fields(error))

    watch = OffChannelWatch(
        WatchStore(recording.database),
        recording.recorder,
        read=recording.read,
        write=recording.write,
        failed=failed,
        policies=policies,
    )
    return [watch] if policies else []
