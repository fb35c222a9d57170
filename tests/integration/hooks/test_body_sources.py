"""What a dispatcher relies on of a BodySource, asked of the store and of the one in its tests."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from hashlib import sha256

import pytest

from onrecord.core.hooks.ports import BodySource
from onrecord.features.hooks.store import HookStore
from onrecord_archive.events.ids import EventId, PersonId
from onrecord_archive.testing.log import ACTOR, SampleLog, conversation
from tests.integration.world import World
from tests.unit.hooks.stage import SampleBodies

UNKNOWN = EventId("f" * 32)


@dataclass
class Scene:
    """Anna's message, at which Ben was a member and Cleo was not, and another of Ben's."""

    source: BodySource
    annas: EventId
    bens: EventId
    anna: PersonId
    ben: PersonId
    cleo: PersonId


def in_store(world: World) -> Scene:
    anna, ben, cleo = (world.person(name) for name in ("Anna", "Ben", "Cleo"))
    stream = world.conversation(anna, ben)
    said = [world.say(person, stream, "Zażółć").event_id for person in (anna, ben)]
    return Scene(HookStore(world.database), said[0], said[1], anna, ben, cleo)


def in_sample(_: World, kind: type[SampleBodies] = SampleBodies) -> Scene:
    people = anna, ben, cleo = [PersonId(letter * 32) for letter in "abc"]
    log = SampleLog()
    bodies, said = kind(log), []
    for person in people[:2]:
        actor = {**ACTOR, "id": person}
        at = log.add(conversation(1), "message.sent", {"text": "Zażółć"}, actor=actor)
        bodies.members[at] = {anna, ben}
        said.append(EventId(log.event_id(at)))
    return Scene(bodies, said[0], said[1], anna, ben, cleo)


def check(scene: Scene) -> None:
    """Hold a source to what is relied on."""
    source, both = scene.source, [scene.annas, scene.bens]
    found = source.bodies([*both, UNKNOWN])
    assert set(found) == set(both)
    assert all("Zażółć".encode() in plain.shown for plain in found.values())
    assert source.bodies([scene.bens]) == {scene.bens: found[scene.bens]}
    assert source.bodies([]) == {}
    assert len({sha256(plain.pt()).digest() for plain in found.values()}) == 2
    for person in (scene.anna, scene.ben):
        assert source.concerning([*both, UNKNOWN], [person]) == set(both)
    assert source.concerning([scene.annas], [scene.cleo, scene.ben]) == {scene.annas}
    assert source.concerning(both, [scene.cleo]) == set()
    assert source.concerning(both, []) == source.concerning([], [scene.anna]) == set()


@pytest.mark.parametrize("made", [in_store, in_sample])
def test_a_source_has_bodies_and_knows_whom_a_record_concerns(
    world: World, made: Callable[[World], Scene]
) -> None:
    check(made(world))


class ForEverybody(SampleBodies):
    """Says that each record concerns whoever is asked about."""

    def concerning(self, events: Collection[EventId], people: Collection[PersonId]) -> set[EventId]:
        return set(events)


def test_control_a_source_that_tells_too_much_is_found(world: World) -> None:
    with pytest.raises(AssertionError):
        check(in_sample(world, ForEverybody))
