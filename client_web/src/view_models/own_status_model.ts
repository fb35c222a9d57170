/** Sets this person's own status; the server tells this page of it as it does colleagues. */
import { failureOf } from "../session/failures";
import { type Context, troubleOf } from "./context";
import { Observed } from "./observable";
import type { OwnStatusModel, OwnStatusState } from "./own_status";
import type { PersonStatus } from "./people";

export class SessionOwnStatus implements OwnStatusModel {
  readonly state = new Observed<OwnStatusState>({ busy: false });
  private readonly context: Context;

  constructor(context: Context) {
    this.context = context;
  }

  async keep({ text, quiet, until }: PersonStatus): Promise<void> {
    if (this.state.get().busy) return;
    const { api } = this.context.session;
    const nothing = text === undefined && !quiet;
    this.state.set({ busy: true });
    try {
      await api.setStatus({
        ...(text === undefined ? {} : { text }),
        ...(quiet ? { quiet } : {}),
        ...(until === undefined || nothing ? {} : { until }),
      });
      this.state.set({ busy: false, done: nothing ? "removed" : "set" });
    } catch (error) {
      this.state.set({ busy: false, trouble: troubleOf(failureOf(error)) });
    }
  }
}
