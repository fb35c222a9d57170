/** What this person's commands on their way make of the rows: shown at once, on no record yet. */
import type { OutboxItem } from "../session/outbox";
import { withReaction } from "../session/rows";
import type { MessageSent, WireMention, WireReaction } from "../wire/types.gen";
import { refusalOf } from "./context";
import type { Trouble } from "./people";

/** Changes of one message, in the order in which they were made. */
export interface Overlay {
  readonly changes: readonly OutboxItem[];
}

/** A message with its changes on their way. */
export interface Overlaid {
  readonly text: string | undefined;
  readonly mentions: readonly WireMention[] | undefined;
  readonly removed: boolean;
  readonly reactions: readonly WireReaction[];
  readonly starred: boolean;
  readonly changing: "edit" | "remove" | undefined;
  readonly changeTrouble: Trouble | undefined;
}

/** New messages of an outbox, and the changes of others by the message they change. */
export function sorted(items: readonly OutboxItem[]): {
  readonly sends: readonly OutboxItem[];
  readonly overlays: ReadonlyMap<string, Overlay>;
} {
  const sends = items.filter(({ entry }) => entry.command.t === "send");
  const overlays = new Map<string, Overlay>();
  for (const item of items) {
    const { command } = item.entry;
    if (command.t === "complaint" || !("target" in command)) continue;
    const before = overlays.get(command.target)?.changes ?? [];
    overlays.set(command.target, { changes: [...before, item] });
  }
  return { sends, overlays };
}

export function sameOverlay(a: Overlay | undefined, b: Overlay | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.changes.length === b.changes.length && a.changes.every((item, i) => item === b.changes[i])
  );
}

export function overlaid(row: MessageSent, overlay: Overlay | undefined, me: string): Overlaid {
  let shown: Overlaid = {
    text: row.text,
    mentions: row.mentions,
    removed: row.removed_at !== undefined,
    reactions: row.reactions ?? [],
    starred: row.starred ?? false,
    changing: undefined,
    changeTrouble: undefined,
  };
  for (const item of overlay?.changes ?? []) shown = changed(shown, item, me);
  return shown.removed ? { ...shown, text: undefined, mentions: undefined, reactions: [] } : shown;
}

function changed(shown: Overlaid, { entry }: OutboxItem, me: string): Overlaid {
  const { command } = entry;
  const changeTrouble = refusalOf(entry);
  if (changeTrouble !== undefined) return { ...shown, changeTrouble };
  switch (command.t) {
    case "edit":
      return { ...shown, text: command.text, mentions: command.mentions, changing: "edit" };
    case "remove":
      return { ...shown, removed: true, changing: "remove" };
    case "react": {
      const change = { actor: me, emoji: command.emoji, on: command.on ?? true };
      return { ...shown, reactions: withReaction([...shown.reactions], change) };
    }
    case "star":
      return { ...shown, starred: command.on ?? true };
    default:
      return shown;
  }
}
