"""Which banner about orders clients saw is on the record: once for each change, and no more."""

import asyncio
from pathlib import Path
from typing import Any

from onrecord.app.provided import record_provided
from onrecord.app.recording import recording
from onrecord.app.settings.model import Settings
from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.values import CONFIG
from onrecord.features.compliance.records import shown_of
from onrecord.features.compliance.service import ComplianceStore
from onrecord.features.compliance.values import StoredRecord
from onrecord.features.policies.orders_banner import SET
from tests.rig.installation import install, surroundings

FIRST = {"orders_banner": {"en": "Orders by telephone only."}}


def said(settings: Settings, **policy: Any) -> Settings:
    """The settings, with something said of orders."""
    return settings.model_copy(update={"policy": settings.policy.model_copy(update=policy)})


async def recorded(starts: list[Settings]) -> list[dict[str, Any]]:
    """Start with each of these settings, twice; return what was put on the record, in order."""
    records: list[StoredRecord] = []
    for settings in starts:
        for _ in range(2):
            async with recording(settings, surroundings()) as rec:
                await record_provided(settings, rec, SystemClock())
                records = await rec.read(ComplianceStore(rec.database).latest, CONFIG.id, None, 50)
    return [shown_of(one)["payload"] for one in reversed(records) if one.type == SET]


def test_each_change_of_switch_or_words_is_one_record(tmp_path: Path) -> None:
    plain = install(tmp_path, []).settings
    starts = [plain, said(plain, orders="banner"), said(plain, orders="banner", **FIRST)]
    starts += [said(plain, orders="stop", **FIRST), plain, said(plain, orders="banner")]
    text = {"text_en": "Orders by telephone only."}
    assert asyncio.run(recorded(starts)) == [
        {"orders": "banner"},
        {"orders": "banner", **text},
        {"orders": "stop", **text},
        {"orders": "off"},
        {"orders": "banner"},
    ]


def test_control_who_says_nothing_of_orders_has_no_record(tmp_path: Path) -> None:
    plain = install(tmp_path, []).settings
    assert asyncio.run(recorded([plain, said(plain, **FIRST)])) == []
