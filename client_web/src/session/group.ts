/** What is decided about a group, and how events change it. */
import type * as wire from "../wire/types.gen";

/** A group that begins: whoever made it is its admin. */
export function groupBegun(event: wire.ConversationCreated): { group?: wire.GroupShown } {
  return event.kind === "group" ? { group: { admins: [event.actor] } } : {};
}

/** A group after its next event; the same object if nothing changes. */
export function grouped(
  before: wire.GroupShown | undefined,
  event: wire.AnyEvent,
): wire.GroupShown | undefined {
  if (before === undefined) return before;
  switch (event.type) {
    case "admin.changed": {
      const admins = before.admins.filter((person) => person !== event.person);
      return { ...before, admins: event.on ? [...admins, event.person] : admins };
    }
    case "group.described":
      return filled(before, "description", event.text === "" ? undefined : event.text);
    case "posting.changed":
      return filled(before, "admins_only", event.admins_only || undefined);
    case "group.pictured":
      return filled(before, "picture", event.sha256);
    case "join_link.made": {
      const { event_id: id, actor: by, until } = event;
      return { ...before, link: { id, by, until, uses: 0 } };
    }
    case "join_link.revoked":
      return filled(before, "link", undefined);
    case "member.added": {
      const { link } = before;
      if (link === undefined || event.link !== link.id) return before;
      return { ...before, link: { ...link, uses: link.uses + 1 } };
    }
    case "member.removed":
      // Who was removed may have the link.
      return filled(without(before, event.person), "link", undefined);
    case "member.left":
      return without(before, event.actor);
    case "conversation.handed_over":
      return without(before, event.former);
    default:
      return before;
  }
}

/** Who leads a group: its admins who have an account; where none has, the firm's members. */
export function leads(
  { kind, group, members }: Pick<wire.Conversation, "kind" | "group" | "members">,
  person: wire.Person,
  isThere: (person: string) => boolean,
): boolean {
  if (kind !== "group" || person.kind === "client") return false;
  const inside = new Set(members.map((member) => member.person));
  const admins = (group?.admins ?? []).filter((admin) => inside.has(admin) && isThere(admin));
  return admins.length === 0 || admins.includes(person.id);
}

function without(group: wire.GroupShown, person: string): wire.GroupShown {
  if (!group.admins.includes(person)) return group;
  return { ...group, admins: group.admins.filter((admin) => admin !== person) };
}

function filled<K extends "description" | "admins_only" | "picture" | "link">(
  group: wire.GroupShown,
  name: K,
  value: wire.GroupShown[K],
): wire.GroupShown {
  const { [name]: _before, ...rest } = group;
  return (value === undefined ? rest : { ...rest, [name]: value }) as wire.GroupShown;
}
