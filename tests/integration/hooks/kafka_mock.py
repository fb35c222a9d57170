"""librdkafka's own mock cluster: three brokers with real replicas that can be made to fail.

It answers no question about a topic's settings, and speaks no TLS: a front stands before each.
"""

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import confluent_kafka

from tests.integration.hooks.kafka_broker import KafkaBroker
from tests.integration.hooks.kafka_front import TlsFront

BROKERS = 3
PRODUCE = 0
"""The protocol's number of the request that publishes."""


def _library() -> Any:
    (file,) = (Path(confluent_kafka.__file__).parents[1] / "confluent_kafka.libs").glob("librd*")
    found = ctypes.CDLL(str(file))
    for name in ("rd_kafka_conf_new", "rd_kafka_new", "rd_kafka_mock_cluster_new"):
        getattr(found, name).restype = ctypes.c_void_p
    found.rd_kafka_mock_cluster_bootstraps.restype = ctypes.c_char_p
    return found


class MockCluster:
    """Three brokers and one topic; `tls` lends its certificate."""

    def __init__(self, topic: str, tls: KafkaBroker) -> None:
        self._library = _library()
        kind, text = 0, ctypes.create_string_buffer(512)
        config = ctypes.c_void_p(self._library.rd_kafka_conf_new())
        self._library.rd_kafka_conf_set(config, b"log_level", b"0", text, ctypes.c_size_t(512))
        self._client = ctypes.c_void_p(self._library.rd_kafka_new(kind, config, text, 512))
        assert self._client.value, text.value
        made = self._library.rd_kafka_mock_cluster_new(self._client, BROKERS)
        self._cluster = ctypes.c_void_p(made)
        said = self._library.rd_kafka_mock_cluster_bootstraps(self._cluster).decode()
        ports = [int(each.rpartition(":")[2]) for each in said.split(",")]
        self.fronts = [TlsFront(0, port, tls.context()) for port in ports]
        for number, front in enumerate(self.fronts, start=1):
            self._call("broker_set_host_port", number, b"localhost", front.port)
        self._call("set_controller_id", BROKERS)
        self._call("topic_create", topic.encode(), 4, BROKERS)

    @property
    def servers(self) -> str:
        return " ".join(f"localhost:{front.port}" for front in self.fronts)

    def fail(self, errors: Sequence[int]) -> None:
        """Have each broker answer the next requests that publish with these errors; 0: with none.

        A request that is answered with an error has stored nothing.
        """
        array = (ctypes.c_int * len(errors))(*errors)
        count = ctypes.c_size_t(len(errors))
        call = self._library.rd_kafka_mock_push_request_errors_array
        call(self._cluster, ctypes.c_int16(PRODUCE), count, array)

    def set_up(self, broker: int, *, up: bool) -> None:
        """Let a broker be reached, or not."""
        self._call("broker_set_up" if up else "broker_set_down", broker)

    def close(self) -> None:
        for front in self.fronts:
            front.close()
        self._library.rd_kafka_mock_cluster_destroy(self._cluster)
        self._library.rd_kafka_destroy(self._client)

    def _call(self, name: str, *values: Any) -> None:
        assert getattr(self._library, f"rd_kafka_mock_{name}")(self._cluster, *values) == 0, name


@contextmanager
def running_mock(topic: str, tls: KafkaBroker) -> Iterator[MockCluster]:
    cluster = MockCluster(topic, tls)
    try:
        yield cluster
    finally:
        cluster.close()
