"""What the codec lets in, and how it names what it does not."""

import pytest

from onrecord.protocol.codec import BadFrame, decode, encode
from onrecord.protocol.frames import Ack, Hello, Send
from onrecord.protocol.limits import WireLimits

LIMITS = WireLimits()
ID = "019ac0de000070008000000000000001"
CONV = "c" * 32


def test_a_send_is_understood() -> None:
    frame = decode(f'{{"t":"send","id":"{ID}","conv":"{CONV}","text":"dzień dobry"}}', LIMITS)
    assert frame == Send(ID, CONV, "dzień dobry")


def test_hello_is_understood() -> None:
    assert decode('{"t":"hello","token":"x"}', LIMITS) == Hello(token="x")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bad_json"),
        ("{", "bad_json"),
        ("nonsense", "bad_json"),
        ("[]", "bad_frame"),
        ("{}", "bad_frame"),
        ('{"t":"fly"}', "bad_frame"),
        ('{"t":"hello","t":"hello","token":"x"}', "bad_json"),
        ('{"t":"hello","token":"\\ud800"}', "bad_json"),
        ('{"t":"hello","token":"x","more":1}', "bad_frame"),
        ('{"t":"hello","token":"x","cursor":null}', "bad_frame"),
        (f'{{"t":"read","conv":"{CONV}","msg_no":9007199254740992}}', "bad_frame"),
        (f'{{"t":"read","conv":"{CONV}","msg_no":-1}}', "bad_frame"),
        (f'{{"t":"read","conv":"{CONV}","msg_no":1.5}}', "bad_frame"),
        (f'{{"t":"read","conv":"{CONV}","msg_no":NaN}}', "bad_json"),
        ('{"t":"hello","token":' + "[" * 20_000, "bad_frame"),
    ],
)
def test_what_is_no_frame_is_refused_by_name(text: str, code: str) -> None:
    with pytest.raises(BadFrame) as refused:
        decode(text, LIMITS)
    assert refused.value.code == code


def test_a_bad_command_keeps_its_id_for_the_answer() -> None:
    with pytest.raises(BadFrame) as refused:
        decode(f'{{"t":"send","id":"{ID}","conv":"x","text":"hi"}}', LIMITS)
    assert refused.value.id == ID


def test_u0000_is_refused_but_its_spelling_in_text_is_not() -> None:
    with pytest.raises(BadFrame):
        decode(f'{{"t":"send","id":"{ID}","conv":"{CONV}","text":"a\\u0000b"}}', LIMITS)
    frame = decode(f'{{"t":"send","id":"{ID}","conv":"{CONV}","text":"a\\\\u0000b"}}', LIMITS)
    assert isinstance(frame, Send)
    assert frame.text == "a\\u0000b"


def test_an_id_with_a_newline_behind_it_is_refused() -> None:
    for id, conv in ((ID + "\\n", CONV), (ID, CONV + "\\n")):
        with pytest.raises(BadFrame):
            decode(f'{{"t":"send","id":"{id}","conv":"{conv}","text":"hi"}}', LIMITS)


@pytest.mark.parametrize("text", ["a" * 16_384, "ą" * 8_192, "\\u0001" * 8_000])
def test_a_text_of_the_longest_size_passes(text: str) -> None:
    decode(f'{{"t":"send","id":"{ID}","conv":"{CONV}","text":"{text}"}}', LIMITS)


@pytest.mark.parametrize("text", ["ą" * 8_193, "€" * 5_462, "\\u0001" * 8_200])
def test_a_longer_text_is_refused_with_its_id(text: str) -> None:
    with pytest.raises(BadFrame) as refused:
        decode(f'{{"t":"send","id":"{ID}","conv":"{CONV}","text":"{text}"}}', LIMITS)
    assert (refused.value.code, refused.value.id) == ("text_too_long", ID)


def test_an_absent_member_is_absent_not_null() -> None:
    frame = Ack(ID, "e" * 32, CONV, 1, "2026-11-24T10:00:00.000000Z")
    assert "null" not in encode(frame)
    assert "msg_no" not in encode(frame)
