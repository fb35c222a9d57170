/** Reporting a message, in the gallery. */
import { Observed } from "../../view_models/observable";
import type { PersonView } from "../../view_models/people";
import type { ReportModel, ReportState } from "../../view_models/report";
import { at } from "./rows";

export function reportModel(author: PersonView, start: Partial<ReportState> = {}): ReportModel {
  const state = new Observed<ReportState>({
    author,
    quote: "She may want the fee waived, too. Nobody needs to know.",
    text: "",
    busy: false,
    canSend: false,
    ...start,
  });
  return {
    state,
    choose: (reason) => state.set({ ...state.get(), reason, canSend: true }),
    write: (text) => state.set({ ...state.get(), text }),
    send: async () =>
      state.set({ ...state.get(), done: { reference: "R-7K3QX-9M2BD", at: at(0) } }),
  };
}
