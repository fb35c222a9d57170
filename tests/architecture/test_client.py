"""The web client keeps its layers."""

import pytest

from tests.architecture.rules.client import layer_breaks
from tests.architecture.rules.source import CLIENT, Finding, client_files, listed


def test_no_file_of_the_client_imports_a_row_that_it_may_not_know() -> None:
    findings: list[Finding] = []
    for path in client_files(".ts", ".tsx"):
        if ".test." not in path.name:
            where = path.relative_to(CLIENT).as_posix()
            findings += layer_breaks(where, path.read_text(encoding="utf-8"))
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
