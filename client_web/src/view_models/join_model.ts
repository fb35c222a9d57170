/** Joins a group by a link; asked again with the same id, so that a retry joins once. Clients join none. */
import { failureOf } from "../session/failures";
import { newClientId } from "../session/ids";
import { type Context, troubleOf } from "./context";
import type { JoinModel, JoinState } from "./join";
import { Observed } from "./observable";

export class SessionJoin implements JoinModel {
  readonly state = new Observed<JoinState>({ loading: true, busy: false });
  private readonly context: Context;
  private readonly link: string;
  private readonly open: (conversation: string) => void;
  private readonly id: string;

  constructor(context: Context, link: string, open: (conversation: string) => void) {
    this.context = context;
    this.link = link;
    this.open = open;
    const { clock, crypto } = context.session;
    this.id = newClientId(clock.now(), crypto);
    if (context.session.me.person.kind !== "client") void this.refresh();
    else this.state.set({ loading: false, busy: false, trouble: { code: "staff_link" } });
  }

  async refresh(): Promise<void> {
    this.state.set({ loading: true, busy: false });
    try {
      const offer = await this.context.session.api.joinOffer({ link: this.link });
      this.state.set({ loading: false, busy: false, offer });
    } catch (error) {
      const trouble = troubleOf(failureOf(error));
      this.state.set({ loading: false, busy: false, trouble });
    }
  }

  async join(): Promise<boolean> {
    const before = this.state.get();
    if (before.busy || before.offer === undefined) return false;
    const { offer } = before;
    const { api, roster } = this.context.session;
    this.state.set({ loading: false, busy: true, offer });
    try {
      const joined = await api.join({ id: this.id, link: this.link });
      roster.learn(joined);
      this.open(joined.id);
      return true;
    } catch (error) {
      const trouble = troubleOf(failureOf(error));
      this.state.set({ loading: false, busy: false, offer, trouble });
      return false;
    }
  }
}
