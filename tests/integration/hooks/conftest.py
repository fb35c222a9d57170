"""The real stores that the hooks are tried on."""

from collections.abc import Iterator

import pytest

from tests.integration.hooks.kafka_broker import KafkaBroker, running_kafka
from tests.integration.hooks.kafka_store import KafkaStore
from tests.integration.hooks.nats_server import NatsServer, running_nats
from tests.integration.hooks.nats_store import NatsStore
from tests.rig.radosgw import Radosgw, User, running_radosgw


@pytest.fixture(scope="session")
def radosgw() -> Iterator[Radosgw]:
    """One S3 with Object Lock for all tests, which leave it running."""
    with running_radosgw() as gateway:
        yield gateway


@pytest.fixture(scope="session")
def s3_user(radosgw: Radosgw) -> User:
    """A user of it who may make buckets."""
    return radosgw.new_user()


@pytest.fixture(scope="session")
def nats_server() -> Iterator[NatsServer]:
    """One nats-server for all tests, which may end it."""
    with running_nats() as server:
        yield server


@pytest.fixture
def nats_store(nats_server: NatsServer) -> NatsStore:
    """A new stream of it, which runs."""
    nats_server.start()
    return NatsStore(nats_server)


@pytest.fixture(scope="module")
def kafka_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaBroker]:
    """A Kafka broker for a file of tests, which may end it; its front listens in this process."""
    with running_kafka(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker


@pytest.fixture
def kafka_store(kafka_broker: KafkaBroker) -> Iterator[KafkaStore]:
    """A new topic of it, which runs."""
    kafka_broker.start()
    store = KafkaStore(kafka_broker)
    yield store
    store.close()
