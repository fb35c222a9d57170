/** Complaints of the gallery: the model, and the scenes that show them. */
import type {
  ComplaintForm,
  ComplaintsModel,
  ComplaintsState,
  ComplaintView,
} from "../../view_models/complaints";
import type { ConversationItem } from "../../view_models/conversation_list";
import { Observed } from "../../view_models/observable";
import type { ComplaintFacts, TimelineRow } from "../../view_models/timeline";
import { client, maria, me } from "./people";
import { arranged, at, message } from "./rows";

const CATEGORIES: ComplaintsState["categories"] = [
  { category: "advice", words: { en: "Advice I was given", pl: "Udzielona porada" } },
  { category: "fees", words: { en: "Fees and charges", pl: "Opłaty i prowizje" } },
  {
    category: "execution",
    words: { en: "How something was carried out", pl: "Sposób wykonania dyspozycji" },
  },
  {
    category: "information",
    words: { en: "Missing or wrong information", pl: "Brak informacji lub błąd w niej" },
  },
  { category: "service", words: { en: "Service or behaviour", pl: "Obsługa lub zachowanie" } },
  { category: "data", words: { en: "My personal data", pl: "Moje dane osobowe" } },
  { category: "other", words: { en: "Something else", pl: "Inna sprawa" } },
];

export function complaintsModel(
  item: ConversationItem,
  given: Partial<ComplaintsState> = {},
): ComplaintsModel {
  const state = new Observed<ComplaintsState>({
    possible: item.outside && !item.left,
    canMarkAll: true,
    client: false,
    clientReads: true,
    days: 30,
    working: false,
    categories: CATEGORIES,
    list: [],
    ...given,
  });
  const form = (patch: Partial<NonNullable<ComplaintsState["form"]>>) => {
    const before = state.get().form ?? { text: "", step: "writing" as const, held: false };
    state.set({ ...state.get(), form: { ...before, ...patch } });
  };
  return {
    state,
    begin: (target) => form({ target, text: "", step: "writing", quote: target && "Fees: 1.2 %" }),
    choose: (category) => form({ category }),
    write: (text) => form({ text }),
    file: () => form({ step: "done", reference: "C-7K3QX-9M2BD", due: at(-60 * 24 * 30) }),
    close: () => state.set({ ...state.get(), form: undefined }),
    answer() {},
    withdraw() {},
  };
}

const DUE = at(-60 * 24 * 30);
const REASON =
  "Nobody told me that closing the account early costs 1.2 %. I was told twice that it is free.";

function view(more: Partial<ComplaintView>): ComplaintView {
  return {
    id: "k-1",
    reference: "C-7K3QX-9M2BD",
    category: "fees",
    about: "Fees and charges",
    person: client,
    at: at(40),
    due: DUE,
    state: "open",
    overdue: false,
    canAnswer: true,
    canWithdraw: false,
    busy: false,
    ...more,
  };
}

/** An overdue one, an open one of one's own, and two that are closed. */
export const LISTED: readonly ComplaintView[] = [
  view({ overdue: true, due: at(60 * 24 * 2), at: at(60 * 24 * 32) }),
  view({
    id: "k-2",
    reference: "C-0B4WN-T61RH",
    person: me,
    about: "Something else",
    canWithdraw: true,
  }),
  view({
    id: "k-3",
    reference: "C-Z9D2K-00A7V",
    state: "answered",
    closedAt: at(60 * 24),
    canAnswer: false,
  }),
  view({
    id: "k-4",
    reference: "C-5SYEM-8PJ4C",
    state: "withdrawn",
    closedAt: at(60 * 24 * 9),
    canAnswer: false,
  }),
];

const said = message(me, "Closing it early costs nothing.", 50, {
  complaint: { reference: "C-7K3QX-9M2BD", due: DUE, state: "open" },
});

function line(
  type: "complaint.filed" | "complaint.closed",
  minutesAgo: number,
  complaint: ComplaintFacts,
): TimelineRow {
  const actor = type === "complaint.filed" ? client : maria;
  return { kind: "notice", key: `k-${minutesAgo}`, type, actor, at: at(minutesAgo), complaint };
}

/** A message that was complained of, the complaint, and its end. */
export function complainedTalk(): TimelineRow[] {
  const [reference, about] = ["C-7K3QX-9M2BD", "Fees and charges"];
  return arranged([
    message(client, "Good morning, what does it cost to close the account in December?", 55),
    said,
    line("complaint.filed", 40, { reference, about, due: DUE, reason: REASON, target: said.key }),
    message(me, "I am sorry about that. I ask our back office today.", 30),
    line("complaint.closed", 5, { reference, outcome: "answered", note: "By letter of today." }),
  ]);
}

/** The form with everything in it. */
export const FORM: ComplaintForm = {
  target: "e-1",
  quote: "Closing it early costs nothing.",
  category: "fees",
  text: REASON,
  step: "writing",
  held: false,
};
