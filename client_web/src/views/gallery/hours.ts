/** Somebody's own hours in the gallery: away for some days, with words of their own. */
import { type OwnHoursModel, type OwnHoursState, USUAL_DAYS } from "../../view_models/hours";
import { Observed } from "../../view_models/observable";
import { at } from "./rows";

export function hoursModel(): OwnHoursModel {
  const state = new Observed<OwnHoursState>({
    loading: false,
    known: true,
    busy: false,
    own: { zone: "Europe/London", lines: ["", "10:00-14:00", "10:00-14:00", "", "", "", ""] },
    firm: { zone: "Europe/Warsaw", lines: USUAL_DAYS },
    away: { starts: at(60 * 20), until: at(-60 * 24 * 6) },
    words: { en: "I am at sea until Monday. Maria answers you.", pl: "" },
  });
  const change = (part: Partial<OwnHoursState>) => state.set({ ...state.get(), ...part });
  return {
    state,
    leave: async () => change({ done: "away" }),
    back: async () => change({ away: undefined, words: { en: "", pl: "" }, done: "back" }),
    elsewhere: ({ en }) => en.includes("WhatsApp"),
    setWeek: async (own) => change({ own, done: "week" }),
    refresh() {},
  };
}
