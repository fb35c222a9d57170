"""What clients are told of orders, put on the record at start where it is not what it was.

The banner stands in conversations and in none of their records: which one stood there at a time is
read in the stream `config`. Nothing is recorded before a firm first says something of orders.
"""

from collections.abc import Mapping

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.ids import ClientId, event_id_of, new_id
from onrecord.core.domain.values import CONFIG, SYSTEM, Facts, Origin, SystemEntry, config_entry
from onrecord.core.ports import Bridge, Recorder
from onrecord.features.compliance.records import shown_of
from onrecord.features.compliance.service import ComplianceStore
from onrecord_archive.events.language import Language

SET = "orders.set"
NOTHING: Facts = {"orders": "off"}
PAGE = 500


async def record_orders_banner(
    facts: Facts, recorder: Recorder, *, store: ComplianceStore, read: Bridge, clock: Clock
) -> None:
    """Record the switch and the words, if they differ from what was. Raises what recording does."""
    if await read(_last, store) == facts:
        return
    id = ClientId(new_id(clock))
    event, entry = event_id_of(SYSTEM.id, id), SystemEntry(SET, facts)
    command = config_entry(event, entry, origin=Origin("settings"), client_id=id)
    await recorder.record(command)


def orders_facts(orders: str, banner: Mapping[Language, str]) -> Facts:
    """Return what is said: without a text of its own, a language has the client's words."""
    if orders == "off":  # no text is seen
        return NOTHING
    return {"orders": orders, **{f"text_{language}": text for language, text in banner.items()}}


def _last(store: ComplianceStore) -> Facts:
    before: int | None = None
    while records := store.latest(CONFIG.id, before, PAGE):
        for one in records:
            if one.type == SET:
                facts: Facts = shown_of(one).get("payload", {})
                return facts
        before = records[-1].conv_seq
    return NOTHING
