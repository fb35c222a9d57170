/** A client's own copy in the gallery. */
import { Observed } from "../../view_models/observable";
import type { OwnCopyModel, OwnCopyState } from "../../view_models/own_copy";

export function copyModel(state: Partial<OwnCopyState> = {}): OwnCopyModel {
  return {
    address: "#",
    state: new Observed<OwnCopyState>({ loading: false, busy: false, ...state }),
    watch: () => () => {},
    make() {},
  };
}
