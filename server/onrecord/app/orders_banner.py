"""What clients are told of orders, put on the record at start where it is not what it was.

The banner stands in conversations and in none of their records: which one stood there at a time is
read in the stream `config`. Nothing is recorded before a firm first says something of orders.
"""

from onrecord.app.recording import Recording
from onrecord.app.settings.model import Settings
from onrecord.core.domain.clock import Clock
from onrecord.core.domain.ids import ClientId, event_id_of, new_id
from onrecord.core.domain.values import CONFIG, SYSTEM, Facts, Origin, SystemEntry, config_entry
from onrecord.features.compliance.records import shown_of
from onrecord.features.compliance.service import ComplianceStore

SET = "orders.set"
NOTHING: Facts = {"orders": "off"}
PAGE = 500


async def record_orders_banner(settings: Settings, recording: Recording, clock: Clock) -> None:
    """Record the switch and the words, if they differ from what was. Raises what recording does."""
    facts = orders_facts(settings)
    if await recording.read(_last, ComplianceStore(recording.database)) == facts:
        return
    id = ClientId(new_id(clock))
    event, entry = event_id_of(SYSTEM.id, id), SystemEntry(SET, facts)
    command = config_entry(event, entry, origin=Origin("settings"), client_id=id)
    await recording.recorder.record(command)


def orders_facts(settings: Settings) -> Facts:
    """Return what is said: without a text of its own, a language has the client's words."""
    policy = settings.policy
    if policy.orders == "off":  # no text is seen
        return NOTHING
    texts = {f"text_{language}": text for language, text in policy.orders_banner.items()}
    return {"orders": policy.orders, **texts}


def _last(store: ComplianceStore) -> Facts:
    before: int | None = None
    while records := store.latest(CONFIG.id, before, PAGE):
        for one in records:
            if one.type == SET:
                facts: Facts = shown_of(one).get("payload", {})
                return facts
        before = records[-1].conv_seq
    return NOTHING
