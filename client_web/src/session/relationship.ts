/** Who answers for a client in a conversation, and how events change it. */
import type * as wire from "../wire/types.gen";

export type RelationshipEvent =
  | wire.ConversationHandedOver
  | wire.DelegateAdded
  | wire.DelegateStarted
  | wire.DelegateEnded;

export function changesRelationship(event: wire.AnyEvent): event is RelationshipEvent {
  return event.type === "conversation.handed_over" || event.type.startsWith("delegate.");
}

/** Who is a member from this event on. */
export function joining(event: RelationshipEvent): string | undefined {
  switch (event.type) {
    case "conversation.handed_over":
      return event.successor;
    case "delegate.added":
      return event.active ? event.person : undefined;
    case "delegate.started":
      return event.person;
    case "delegate.ended":
      return undefined;
  }
}

/** Who is not a member any more. */
export function leaving(event: RelationshipEvent): string | undefined {
  if (event.type === "conversation.handed_over") return event.former;
  return event.type === "delegate.ended" ? event.person : undefined;
}

/** Where somebody of the firm came to stays with the relationship when they leave. */
export function reached(
  relationship: wire.Relationship,
  leaver: wire.Member | undefined,
): wire.Relationship {
  if (leaver === undefined || leaver.person === relationship.client) return relationship;
  const read = Math.max(relationship.read ?? 0, leaver.read);
  const delivered = Math.max(relationship.delivered ?? 0, leaver.delivered, read);
  return { ...relationship, read, delivered };
}

/** The relationship after an event; a group with a client has none. */
export function related(
  before: wire.Relationship | undefined,
  event: RelationshipEvent,
): wire.Relationship | undefined {
  if (before === undefined) return undefined;
  const without = (person: string) => before.delegates.filter((each) => each.person !== person);
  switch (event.type) {
    case "conversation.handed_over":
      return { ...before, owner: event.successor, delegates: without(event.successor) };
    case "delegate.added": {
      const { event_id: id, person, starts, ends, active } = event;
      return { ...before, delegates: [...without(person), { id, person, starts, ends, active }] };
    }
    case "delegate.started":
      return {
        ...before,
        delegates: before.delegates.map((each) =>
          each.id === event.delegation ? { ...each, active: true } : each,
        ),
      };
    case "delegate.ended":
      return { ...before, delegates: without(event.person) };
  }
}
