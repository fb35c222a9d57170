/** Sending messages on, in the gallery. */
import type { ConversationItem } from "../../view_models/conversation_list";
import type { ForwardModel, ForwardState } from "../../view_models/forward";
import { Observed } from "../../view_models/observable";
import type { MessageRow } from "../../view_models/timeline";
import type { Scene } from "./fakes";
import { client, longName, me, piotr } from "./people";
import { arranged, at, message } from "./rows";

export function forwardModel(eventId: string, item: ConversationItem, scene: Scene): ForwardModel {
  const rows = (scene.rows ?? []).filter((row): row is MessageRow => row.kind === "message");
  const state = new Observed<ForwardState>({
    messages: rows.slice(-8).map((row) => ({
      eventId: row.eventId,
      author: row.author,
      at: row.at,
      text: row.text ?? "",
      chosen: row.eventId === eventId,
    })),
    count: 1,
    query: "",
    targets: scene.items
      .filter(({ id }) => id !== item.id)
      .map((each) => ({ item: each, chosen: false })),
    chosen: [],
    asking: false,
    canSend: false,
    ...scene.forward,
  });
  const set = (change: Partial<ForwardState>) => state.set({ ...state.get(), ...change });
  return {
    state,
    search: (query) => set({ query }),
    toggle(id) {
      const targets = state
        .get()
        .targets.map((each) => (each.item.id === id ? { ...each, chosen: !each.chosen } : each));
      const chosen = targets.filter((each) => each.chosen).map((each) => each.item);
      const to = chosen.flatMap(({ outsideName }) => outsideName ?? []).join(", ");
      const crossing = to === "" ? undefined : { to, from: "" };
      set({ targets, chosen, crossing, canSend: chosen.length > 0 });
    },
    toggleMessage(id) {
      const messages = state
        .get()
        .messages.map((each) => (each.eventId === id ? { ...each, chosen: !each.chosen } : each));
      set({ messages, count: messages.filter((each) => each.chosen).length });
    },
    send() {
      const { crossing, asking } = state.get();
      if (crossing !== undefined && !asking) set({ asking: true });
      return crossing === undefined || asking;
    },
    back: () => set({ asking: false }),
  };
}

/** Whom messages call: a colleague, a client, oneself, everybody. */
export const CALLED = arranged([
  message(piotr, "@Anna Kowalska can you send the schedule?", 12, {
    mentions: [{ start: 0, end: 14, person: me }],
  }),
  message(me, "Yes. @Halina Brzeska, the second version follows today.", 9, {
    mentions: [{ start: 5, end: 20, person: client }],
  }),
  message(piotr, "@all The covenant test is on Friday.", 3, { mentions: [{ start: 0, end: 4 }] }),
]);

/** Messages that came from elsewhere: who wrote them is known, is oneself, or is not said. */
export const SENT_ON = arranged([
  message(piotr, "The covenant test is on Friday.", 40, {
    forward: { at: at(60 * 30), author: longName },
  }),
  message(piotr, "Please send the signed copy to the branch.", 39, {
    forward: { at: at(60 * 50), author: client },
  }),
  message(me, "The rate holds until Friday noon.", 20, { forward: { at: at(60 * 24 * 5) } }),
  message(me, "Terms as agreed on the phone, second version.", 19, {
    forward: { at: at(60 * 24 * 9), author: me },
  }),
]);
