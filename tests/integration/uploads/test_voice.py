"""Voice notes: files that say how long they are and how loud, and are sounds by their content."""

import pytest

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import new_id
from tests.rig.files import SOUND, VOICE, Sharer, problem

FILM = b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + b"..V_VP9..A_OPUS"


def test_a_voice_note_says_how_long_and_how_loud_wherever_it_is_shown(
    anna: Sharer, marek: Sharer, desk: str
) -> None:
    id = new_id(SystemClock())
    assert anna.begin(desk, "voice.webm", len(SOUND), id, voice=VOICE).status_code == 201
    other = {**VOICE, "ms": 1}
    assert problem(anna.begin(desk, "voice.webm", len(SOUND), id, voice=other)) == "id_reuse"
    anna.put(id, 0, SOUND)
    file = anna.finish(id).json()["file"]
    assert (file["type"], file["voice"]) == ("audio/webm", VOICE)
    assert problem(anna.begin(desk, "voice.webm", len(SOUND), id)) == "id_reuse"
    again = anna.begin(desk, "voice.webm", len(SOUND), id, voice=VOICE)
    assert again.json()["file"] == file
    sent = anna.send(desk, [file["id"]])
    shown = marek.ask("GET", f"conversations/{desk}/timeline").json()["events"][-1]
    assert (shown["text"], shown["files"]) == ("", [file])
    answer = marek.read(sent["event_id"], file["id"])
    assert (answer.content, answer.headers["content-type"]) == (SOUND, "audio/webm")


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.webm", FILM), ("a.txt", b"a text"), ("a.txt", SOUND), ("a.ogg.html", SOUND)],
)
def test_what_is_no_sound_is_no_voice_note(name: str, data: bytes, anna: Sharer, desk: str) -> None:
    assert problem(anna.brought(desk, name, data, voice=VOICE)) == "bad_file"
    assert anna.brought(desk, name, data).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"ms": 0},
        {"ms": 3_600_001},
        {"ms": 1.5},
        {"ms": None},
        {"wave": ""},
        {"wave": "0" * 65},
        {"wave": "0F"},
        {"wave": "0\n"},
        {"wave": [1, 2]},
        {"more": 1},
    ],
    ids=str,
)
def test_measures_that_are_none_are_refused(
    wrong: dict[str, object], anna: Sharer, desk: str
) -> None:
    voice = {**VOICE, **wrong}
    assert problem(anna.begin(desk, "a.webm", 5, voice=voice)) == "bad_body"
