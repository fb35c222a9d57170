/** A search in the gallery's conversation: the rows that have the word. */
import type { ConversationItem, HitView } from "../../view_models/conversation_list";
import type { FindModel, FindState } from "../../view_models/find";
import { Observed } from "../../view_models/observable";
import type { TimelineModel, TimelineRow } from "../../view_models/timeline";

/** What is searched for at once, and which of what is found is shown. */
export interface FindWish extends Partial<FindState> {
  readonly query: string;
}

export function findModel(
  item: ConversationItem,
  timeline: TimelineModel,
  wish: FindWish | undefined,
): FindModel {
  const hitsOf = (query: string) =>
    timeline.state
      .get()
      .rows.flatMap((row) => hitOf(item, row, query))
      .reverse();
  const nothing = { hits: [], searching: false, more: false, cut: false };
  const state = new Observed<FindState>({
    ...nothing,
    query: "",
    ...(wish && { hits: hitsOf(wish.query), ...wish }),
  });
  const show = (at: number) => {
    const hit = state.get().hits[at];
    if (hit === undefined) return;
    state.set({ ...state.get(), at });
    timeline.goTo(hit.eventId, { number: 1, marks: hit.marks });
  };
  if (wish?.at !== undefined) setTimeout(show, 0, wish.at);
  return {
    state,
    search: (query) => state.set({ ...nothing, query, hits: hitsOf(query) }),
    show: (eventId) => show(state.get().hits.findIndex((hit) => hit.eventId === eventId)),
    step(by) {
      const { hits, at } = state.get();
      show(at === undefined ? 0 : (at + by + hits.length) % hits.length);
    },
    close: () => timeline.unmark(),
  };
}

function hitOf(item: ConversationItem, row: TimelineRow, query: string): HitView[] {
  if (row.kind !== "message" || query === "") return [];
  const { text = "" } = row;
  const start = text.toLowerCase().indexOf(query.toLowerCase());
  if (start < 0) return [];
  return [
    {
      eventId: row.key,
      conversation: item.id,
      conversationName: item.name,
      outside: item.outside,
      author: row.author,
      at: row.at,
      text,
      marks: [[start, start + query.length]],
    },
  ];
}
