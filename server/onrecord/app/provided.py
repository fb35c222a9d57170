"""What the settings and the folder of keys provide, put on the record before anybody is let in."""

from onrecord.app.notices import record_notices
from onrecord.app.orders_banner import record_orders_banner
from onrecord.app.recipients import record_recipients
from onrecord.app.recording import Recording
from onrecord.app.settings.model import Settings
from onrecord.core.domain.clock import Clock


async def record_provided(settings: Settings, recording: Recording, clock: Clock) -> None:
    """Record keys, notices and the banner about orders, where they are new.

    Raises RefuseToStart, and what recording raises.
    """
    await record_recipients(settings, recording, clock)
    await record_notices(recording.recorder, settings)
    await record_orders_banner(settings, recording, clock)
