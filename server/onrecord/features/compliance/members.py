"""Who was in a conversation at a number, named as they were that day."""

from datetime import UTC, datetime, time

from onrecord.features.compliance.bodies import PersonThen
from onrecord.features.compliance.records import shown_of
from onrecord.features.compliance.service import ComplianceStore
from onrecord.features.compliance.spans import Numbers


def members_before(store: ComplianceStore, numbers: Numbers) -> list[PersonThen]:
    """Return the members just before the first number, in the order in which they joined. Blocks.

    The first record of each UTC day, and each change of members, names everybody. A broadcast has
    none: its record names its recipients.
    """
    if numbers.broadcast is not None:
        return []
    stream = numbers.conversation.id
    at = store.records(stream, numbers.first, numbers.first)[0].at
    midnight = datetime.combine(at.date(), time(), UTC)
    day_first, _ = store.numbers_of(stream, midnight, None)
    named: dict[str, PersonThen] = {}
    for record in store.naming(stream, day_first, numbers.first):
        for person in shown_of(record).get("participants", ()):
            named[person["id"]] = PersonThen(**person)
    return [named.get(id, PersonThen(id)) for id in store.present(stream, numbers.first)]
