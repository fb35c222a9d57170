"""What entries of the streams do to notices when an older database came back."""

from typing import Final

from onrecord.core.store.restoring import Doing, Effects, Facts, person_of
from onrecord.database.columns import micros
from onrecord.features.notices import store
from onrecord.features.notices.texts import Acceptance, Notice, NoticeVersion, Readers
from onrecord_archive.format.record import parse_time


def _published(doing: Doing, facts: Facts) -> None:
    kind: Readers = "employee" if facts.get("kind") == "employee" else "client"
    notice = Notice(str(facts["locale"]), str(facts["title"]), str(facts["text"]), kind)
    from_at, by = parse_time(str(facts["from"])), str(facts["by"])
    version = NoticeVersion(str(facts["notice"]), notice, from_at, doing.at, by)
    store.add_version(doing.tx, version)


def _withdrawn(doing: Doing, facts: Facts) -> None:
    store.withdraw_version(doing.tx, str(facts["notice"]), micros(doing.at))


def _accepted(doing: Doing, facts: Facts) -> None:
    if "accepted_at" not in facts:  # from before it stood there: they are asked again
        return
    notice, when = bytes.fromhex(str(facts["notice"])), parse_time(str(facts["accepted_at"]))
    called = (str(facts["locale"]), str(facts["title"]))
    store.add_acceptance(doing.tx, Acceptance(person_of(facts), notice, *called, when))


EFFECTS: Final[Effects] = {
    "notice.published": _published,
    "notice.withdrawn": _withdrawn,
    "notice.accepted": _accepted,
}
