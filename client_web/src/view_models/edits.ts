/** New texts of one's own messages, on their way to the record. */
import type { Outbox } from "../session/outbox";
import type { MessageSent, WireMention } from "../wire/types.gen";

type Said = Pick<MessageSent, "conv" | "event_id" | "text">;

/** What a message says here, an edit on its way included. */
export function shownText(outbox: Outbox, { conv, event_id, text }: Said): string {
  const edits = outbox
    .in(conv)
    .flatMap(({ entry: { command } }) =>
      command.t === "edit" && command.target === event_id ? [command.text] : [],
    );
  return edits.at(-1) ?? text ?? "";
}

/** Gives a message another text; one that was refused makes way. Resolves once the device has it. */
export async function reword(
  outbox: Outbox,
  row: Said,
  { text, ...called }: { readonly text: string; readonly mentions?: WireMention[] },
): Promise<void> {
  if (text === shownText(outbox, row)) return;
  const { conv, event_id: target } = row;
  for (const { entry } of outbox.in(conv)) {
    const { command, refusal } = entry;
    const same = command.t === "edit" && command.target === target;
    if (same && refusal !== undefined) outbox.discard(entry.id);
  }
  await outbox.add({ t: "edit", conv, target, text, ...called });
}
