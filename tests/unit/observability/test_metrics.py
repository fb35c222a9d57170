"""Each process has a registry of its own, rendered for Prometheus."""

import re
from pathlib import Path

from onrecord.observability.metrics import Metrics


def test_what_was_counted_is_rendered() -> None:
    metrics = Metrics()
    metrics.hook_backlog.labels("replica").set(3)
    metrics.connections.inc()
    text = metrics.render().decode()
    assert 'onrecord_hook_backlog_records{hook="replica"} 3.0' in text
    assert "onrecord_connections 1.0" in text


def test_two_registries_do_not_share_anything() -> None:
    one, other = Metrics(), Metrics()
    one.records.inc()
    assert "onrecord_records_total 0.0" in other.render().decode()


def test_every_metric_has_a_help_text_and_our_prefix() -> None:
    for metric in Metrics().registry.collect():
        assert metric.name.startswith("onrecord_")
        assert metric.documentation.endswith(".")


def test_the_guide_names_every_metric_and_no_other() -> None:
    guide = Path("docs/operations.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"^\| metric .*\n\|---.*\n((?:\|.*\n)+)", guide, re.MULTILINE)
    told = {
        name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.split("|")[1])
    }
    names = {
        metric.name + ("_total" if metric.type == "counter" else "")
        for metric in Metrics().registry.collect()
    }
    assert {f"onrecord_{name}" for name in told} == names


def test_no_label_can_name_a_person_or_a_conversation() -> None:
    labels = {
        name for metric in vars(Metrics()).values() for name in getattr(metric, "_labelnames", ())
    }
    assert labels == {
        "hook", "listener", "method", "outcome", "reason", "status", "step",
    }  # fmt: skip
