"""The numbers that an operator watches, in one registry made by the composition root.

Names follow Prometheus: base units, `_total` for counters. No label ever holds an id of a person, a
conversation or a case: what compliance does must not show here.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

CONTENT_TYPE = CONTENT_TYPE_LATEST

STEP_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Upper bounds for what takes milliseconds and must not take seconds."""


class Metrics:
    """Every metric of one process. Safe to use from any thread."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._recording()
        self._complaints()
        self._hooks()
        self._clients()
        self._sockets()
        self._requests()
        self._files()

    def render(self) -> bytes:
        """Return the registry as text (CONTENT_TYPE)."""
        return generate_latest(self.registry)

    def _recording(self) -> None:
        self.journal_seconds = self._histogram("journal_seconds", "Journal transaction, a batch.")
        self.archive_seconds = self._histogram("archive_seconds", "Seal, append, fsync, a batch.")
        self.publish_seconds = self._histogram("publish_seconds", "Publish transaction, a batch.")
        self.batch_records = Histogram(
            "onrecord_batch_records",
            "Records a batch.",
            buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024),
            registry=self.registry,
        )
        self.lag = self._gauge(
            "lag_seconds",
            "Age of the oldest command that waits for this step.",
            labels=("step",),
        )
        self.records = Counter(
            "onrecord_records_total", "Records published.", registry=self.registry
        )
        self.archive_position = self._gauge("archive_position", "The next archive_index.")
        self.recording = self._gauge("recording", "1 while commands can be recorded, else 0.")
        self.audited = self._gauge(
            "audited_seconds", "Since the auditor read everything, or began."
        )
        self.audited_recent = self._gauge(
            "audited_recent_seconds", "Since the auditor read the last hour, or began."
        )

    def _clients(self) -> None:
        self.clients_waiting = self._gauge(
            "clients_waiting", "Conversations in which a client waits for an answer."
        )
        self.client_waiting_oldest = self._gauge(
            "client_waiting_oldest_seconds", "Office time for which the first of them waits."
        )

    def _hooks(self) -> None:
        self.hook_backlog = self._gauge(
            "hook_backlog_records", "Records that a hook has not taken.", labels=("hook",)
        )
        self.hook_age = self._gauge(
            "hook_age_seconds", "Age of the oldest of them.", labels=("hook",)
        )
        self.hook_blocked = self._gauge(
            "hook_blocked_streams",
            "Streams that wait since a hook refused a record.",
            labels=("hook",),
        )
        self.hook_running = self._gauge(
            "hook_running", "1 while a hook takes what it is given, else 0.", labels=("hook",)
        )
        self.hook_plaintext = self._gauge(
            "hook_plaintext",
            "1 if a hook gets whole records in plaintext, else 0.",
            labels=("hook",),
        )
        self.hook_sealed_only = self._gauge(
            "hook_sealed_only_records",
            "Records since the start that should have come opened and could only come sealed.",
            labels=("hook",),
        )
        self.hook_left_out = self._gauge(
            "hook_left_out_records",
            "Records since the start that a hook does not want or may not see.",
            labels=("hook",),
        )
        self.hook_differences = self._gauge(
            "hook_differences",
            "Entries that the last comparison did not find on the other side as they should be.",
            labels=("hook",),
        )
        self.hook_compared = self._gauge(
            "hook_compared_seconds",
            "Since the last comparison ended, or the server began.",
            labels=("hook",),
        )
        self.hook_failures = self._counter(
            "hook_failures_total", "Deliveries to a hook that failed.", ("hook",)
        )

    def _complaints(self) -> None:
        self.complaints_open = self._gauge("complaints_open", "Complaints that nobody has closed.")
        self.complaints_overdue = self._gauge(
            "complaints_overdue", "Those of them whose time for an answer is over."
        )

    def _sockets(self) -> None:
        self.connections = self._gauge("connections", "Open chat sockets.")
        self.pushes = self._counter(
            "pushes_total", "Web pushes, by what became of them.", ("outcome",)
        )
        self.send_to_deliver = self._histogram(
            "send_to_deliver_seconds", "From a command's arrival to its hand-over to sockets."
        )

    def _requests(self) -> None:
        self.requests = self._counter(
            "http_requests_total", "HTTP requests.", ("listener", "method", "status")
        )
        self.request_seconds = Histogram(
            "onrecord_http_request_seconds",
            "HTTP requests, from the first byte to the last.",
            labelnames=("listener",),
            buckets=STEP_SECONDS,
            registry=self.registry,
        )
        self.sign_ins = self._counter("sign_ins_total", "Sign-ins.", ("listener", "outcome"))
        self.log_drops = self._counter(
            "log_fields_dropped_total", "Log fields that the allow-list dropped.", ("reason",)
        )

    def _files(self) -> None:
        self.files_damaged = self._counter(
            "files_damaged_total",
            "Reads of a sealed file that was missing or changed.",
            ("reason",),
        )

    def _histogram(self, name: str, about: str) -> Histogram:
        return Histogram(f"onrecord_{name}", about, buckets=STEP_SECONDS, registry=self.registry)

    def _gauge(self, name: str, about: str, *, labels: tuple[str, ...] = ()) -> Gauge:
        return Gauge(f"onrecord_{name}", about, labelnames=labels, registry=self.registry)

    def _counter(self, name: str, about: str, labels: tuple[str, ...]) -> Counter:
        return Counter(f"onrecord_{name}", about, labelnames=labels, registry=self.registry)
