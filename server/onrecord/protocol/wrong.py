"""What is wrong with a frame or a body, as a sentence for whoever has to mend it."""

import re

import msgspec

_AT = re.compile(r" - at `\$\.?(?P<place>[^`]*)`$")
_SENTENCES = (
    (r"Object missing required field `(\w+)`", "`{0}` is missing{in_}."),
    (r"Object contains unknown field `(\w+)`", "`{0}` is not known{in_}."),
    (r"Expected `(?:str|array)` of length >= 1", "{place} is empty."),
    (r"Expected `str` of length >= (\d+)", "{place} has fewer than {0} characters."),
    (r"Expected `str` of length <= (\d+)", "{place} has more than {0} characters."),
    (r"Expected `array` of length <= (\d+)", "{place} has more than {0} items."),
    (r"Expected `(?:int|float)` >= (\S+)", "{place} is less than {0}."),
    (r"Expected `(?:int|float)` <= (\S+)", "{place} is more than {0}."),
    (r"Expected `(?:int|float)` < (\S+)", "{place} is not less than {0}."),
    (r"Expected `str` matching regex .*", "{place} is not spelled as it must be."),
    (r"Invalid (?:enum )?value (.+)", "{place} cannot be {0}."),
    (r"Expected `([^`]+)`, got `([^`]+)`", "{place} must be {0}, not {1}."),
)


def sentence(error: msgspec.ValidationError) -> str:
    """Return what msgspec found, in words and with the member's name."""
    text = str(error)
    found = _AT.search(text)
    name = found["place"] if found else ""
    what = text[: found.start()] if found else text
    place = f"`{name}`" if name else "The message"
    for pattern, words in _SENTENCES:
        match = re.fullmatch(pattern, what)
        if match:
            return words.format(*match.groups(), place=place, in_=f" in `{name}`" if name else "")
    return f"{place} is wrong: {what}."
