"""What reads like an order is found in what clients write to their bank, and little else is."""

import pytest

from onrecord.features.policies.orders import orders
from tests.unit.policies.test_off_channel_corpus import LANGUAGES, Finds, check, lines_of

NAME, HELD_OUT = "orders.tsv", "orders_held_out.tsv"


@pytest.mark.parametrize("name", [NAME, "orders_terse.tsv"])
def test_orders_are_found_in_either_language_and_little_else_is(name: str) -> None:
    check(name, orders, recall=0.95, precision=0.90, each=0.90)


def test_orders_are_found_in_messages_that_the_rules_never_saw() -> None:
    check(HELD_OUT, orders, recall=0.80, precision=0.80)


@pytest.mark.parametrize("finds", [lambda _: (), lambda _: ("order",)], ids=["none", "all"])
@pytest.mark.parametrize("name", [NAME, HELD_OUT])
def test_control_rules_that_find_nothing_or_everything_fail(name: str, finds: Finds) -> None:
    with pytest.raises(AssertionError):
        check(name, finds, recall=0.80, precision=0.80)


def test_the_corpus_holds_both_labels_in_both_languages() -> None:
    lines = lines_of(NAME)
    assert len(lines) >= 120
    for language in LANGUAGES:
        labels = [line.off for line in lines if line.language == language]
        assert 0.35 < sum(labels) / len(labels) < 0.55


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("buy 100 PKN at market", "security"),
        ("please sell my Orlen", "security"),
        ("KUP 100 PKN", "security"),
        ("zleć przelew 500 zł", "transfer"),
        ("Cancel my order", "order"),
        ("sell at market", "security"),
        ("Buy Apple", "security"),
        ("I sell 100 shares at 20", "security"),
        ("Selling 100 shares at 20, ok?", "security"),
        ("sprzedaję 100 akcji po 20", "security"),
        ("Kupuję 100 akcji PKO po 50", "security"),
        ("get me out of Tesla", "security"),
        ("go long 10 contracts", "security"),
    ],
)
def test_what_is_ordered_is_named(text: str, kind: str) -> None:
    assert kind in orders(text)


def test_a_call_that_is_moved_is_no_order() -> None:
    assert orders("Please move the call to 10 from 9") == ()
