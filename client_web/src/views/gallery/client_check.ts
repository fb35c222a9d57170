/** How sure the firm is of the gallery's client. */
import type { ClientCheckModel, ClientCheckState } from "../../view_models/client_check";
import type { InviteLink } from "../../view_models/invites";
import { Observed } from "../../view_models/observable";
import type { PersonView } from "../../view_models/people";
import { at } from "./rows";

export const WAITING_RESET = {
  advisor: "Wolfeschlegelsteinhausenbergerdorff Hubert Blaine",
  asked_at: at(30),
  takes_effect_at: at(-60 * 23.5),
};

export function checkModel(of: PersonView, waiting = false): ClientCheckModel {
  const state = new Observed<ClientCheckState>({
    client: of,
    busy: false,
    ...(waiting ? { waiting: WAITING_RESET } : {}),
  });
  const link: InviteLink = {
    invite: {
      id: "again",
      name: of.name,
      address: "halina@brzeska.example",
      locale: "pl",
      way: "screen",
      state: "open",
      createdAt: at(0),
      expiresAt: at(-60 * 24 * 7),
      undelivered: false,
      busy: false,
    },
    link: "https://chat.example/#invite=again",
  };
  return {
    state,
    confirm: async () => {},
    look: async () => {},
    withdraw: async () => {},
    reset: async (address) => {
      state.set({ ...state.get(), ...(address === "" ? { link } : { waiting: WAITING_RESET }) });
      return true;
    },
    withdrawReset: async () => state.set({ ...state.get(), waiting: undefined }),
    done: () => state.set({ ...state.get(), link: undefined }),
  };
}
