"""What is wrong is said in words, with the member's name."""

import msgspec
import pytest

from onrecord.features.compliance.bodies import OpenCase
from onrecord.features.people.bodies import NewAccount
from onrecord.features.sign_in.bodies import NewTokens
from onrecord.protocol.frames import AnyClientFrame
from onrecord.protocol.wrong import sentence

ID = "0" * 32


@pytest.mark.parametrize(
    ("kind", "body", "says"),
    [
        (NewTokens, {"name": ""}, "`name` is empty."),
        (NewTokens, {"name": "x" * 101}, "`name` has more than 100 characters."),
        (NewTokens, {"name": "x", "days": 0}, "`days` is less than 1."),
        (NewTokens, {}, "`name` is missing."),
        (NewTokens, {"name": "x", "more": 1}, "`more` is not known."),
        (NewTokens, {"name": 7}, "`name` must be str, not int."),
        (NewAccount, {"name": "A", "org": "B", "role": "king"}, "`role` cannot be 'king'."),
        (AnyClientFrame, {"t": "typing", "conv": "?"}, "`conv` is not spelled as it must be."),
        (AnyClientFrame, {"t": "dance"}, "`t` cannot be 'dance'."),
        (OpenCase, [], "The message must be object, not array."),
    ],
)
def test_what_is_wrong_is_a_sentence(kind: object, body: object, says: str) -> None:
    with pytest.raises(msgspec.ValidationError) as error:
        msgspec.json.decode(msgspec.json.encode(body), type=kind)
    assert sentence(error.value) == says
