"""The web client keeps its layers."""

from collections.abc import Iterator

import pytest

from tests.architecture.rules.client import (
    MAY_REACH_THE_PAGE,
    layer_breaks,
    own_clocks,
    ways_out,
)
from tests.architecture.rules.source import CLIENT, Finding, client_files, listed


def sources() -> Iterator[tuple[str, str]]:
    """Each file of the client that is no test: where it is below src/, and its text."""
    for path in client_files(".ts", ".tsx"):
        if ".test." not in path.name:
            yield path.relative_to(CLIENT).as_posix(), path.read_text(encoding="utf-8")


def test_no_file_of_the_client_imports_a_row_that_it_may_not_know() -> None:
    findings: list[Finding] = []
    for where, text in sources():
        findings += layer_breaks(where, text)
    assert not findings, listed(findings)


def test_no_view_reaches_the_page_through_its_elements_but_those_with_a_reason() -> None:
    """The linter sees globals alone: client_web/tests/gates.test.ts holds its controls."""
    findings = {where: list(ways_out(where, text)) for where, text in sources()}
    unasked = [found for where in findings.keys() - MAY_REACH_THE_PAGE for found in findings[where]]
    assert not unasked, listed(unasked)
    stale = [where for where in MAY_REACH_THE_PAGE if not findings.get(where)]
    assert not stale, stale


def test_the_model_takes_time_and_chance_from_its_ports_alone() -> None:
    findings: list[Finding] = []
    for where, text in sources():
        findings += own_clocks(where, text)
    assert not findings, listed(findings)


@pytest.mark.parametrize(
    ("where", "planted"),
    [
        ("session/outbox.ts", 'import { store } from "../platform/store";'),
        ("session/outbox.ts", "export * from '../view_models/timeline'"),
        ("view_models/list.ts", 'import type { Row } from "../views/row";'),
        ("views/timeline/row.tsx", 'const m = await import("../../session/timeline");'),
        ("views/row.tsx", 'import "../platform/install";'),
        ("wire/codec.ts", 'import {\n  a,\n} from "../session/outbox";'),
        ("helpers/x.ts", ""),
    ],
)
def test_control_a_break_of_the_layers_is_found(where: str, planted: str) -> None:
    assert len(list(layer_breaks(where, planted))) == 1


@pytest.mark.parametrize(
    ("where", "sound"),
    [
        ("chat.tsx", 'import { connect } from "./platform/connect";'),
        ("session/outbox.ts", 'import { encode } from "../wire/codec";\nimport { x } from "./x";'),
        ("views/a/row.tsx", 'import type { Row } from "../../view_models/row";\nimport "react";'),
    ],
)
def test_control_sound_imports_are_not_found(where: str, sound: str) -> None:
    assert not list(layer_breaks(where, sound))


@pytest.mark.parametrize(
    ("where", "planted", "found"),
    [
        ("views/row.tsx", "const page = row.ownerDocument;", 1),
        ("view_models/row.ts", "row.ownerDocument.defaultView.print();", 2),
        ("platform/page.ts", "const page = row.ownerDocument;", 0),
        ("views/row.tsx", "row.focus();", 0),
    ],
)
def test_control_a_way_out_of_a_view_is_found(where: str, planted: str, found: int) -> None:
    assert len(list(ways_out(where, planted))) == found


@pytest.mark.parametrize(
    ("where", "planted", "found"),
    [
        ("session/outbox.ts", "const now = Date.now();", 1),
        ("view_models/list.ts", "const day = new Date().getDay() + Math.random();", 2),
        ("view_models/list.ts", "const at = new Date(now); Date.parse(text);", 0),
        ("views/observed.ts", "const now = Date.now();", 0),
    ],
)
def test_control_a_clock_of_the_models_own_is_found(where: str, planted: str, found: int) -> None:
    assert len(list(own_clocks(where, planted))) == found
