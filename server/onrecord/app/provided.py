"""What the settings and the folder of keys provide, put on the record before anybody is let in."""

from onrecord.app.notices import built_in_notices
from onrecord.app.recipients import record_recipients
from onrecord.app.recording import Recording
from onrecord.app.settings.model import Settings
from onrecord.core.domain.clock import Clock
from onrecord.features.compliance.service import ComplianceStore
from onrecord.features.notices.built_in import record_notices
from onrecord.features.policies.orders_banner import orders_facts, record_orders_banner


async def record_provided(settings: Settings, recording: Recording, clock: Clock) -> None:
    """Record keys, notices and the banner about orders, where they are new.

    Raises RefuseToStart, and what recording raises.
    """
    await record_recipients(settings, recording, clock)
    await record_notices(recording.recorder, built_in_notices(settings).values())
    await record_orders_banner(
        orders_facts(settings.policy.orders, settings.policy.orders_banner),
        recording.recorder,
        store=ComplianceStore(recording.database),
        read=recording.read,
        clock=clock,
    )
