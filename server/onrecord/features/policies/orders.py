"""Messages that read like an order: "buy 100 PKN at market", "zleć przelew".

A hint, never a verdict: the client is told that orders are not taken here, and may send it anyway;
it is noted for who reviews.
"""

from functools import cache
from typing import Final

from onrecord.features.policies.rules import Rules, read_rules

ORDER_RULES: Final = "orders.json"


def orders(text: str) -> tuple[str, ...]:
    """Return what a text seems to order: `security`, `order`, `transfer`; nothing: empty."""
    return _rules().find(text)


@cache
def _rules() -> Rules[str]:
    return read_rules(ORDER_RULES)
