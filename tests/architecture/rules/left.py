"""Lists of what does not keep a rule yet: nothing is added, and what is done leaves them."""

from tests.architecture.rules.source import Finding


def new_or_gone(left: list[str], found: list[Finding]) -> list[Finding]:
    """What is listed and keeps the rule now, and what does not and is not listed."""
    there = {each.where for each in found}
    gone = [Finding(each, "keeps the rule: take its line away") for each in left]
    return [
        *(each for each in gone if each.where not in there),
        *(each for each in found if each.where not in left),
    ]
