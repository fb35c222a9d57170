/** Making, listing and removing one's own passkeys. */
import { failureOf } from "../session/failures";
import type { Authenticator } from "../session/ports";
import type * as wire from "../wire/types.gen";
import { CodeEntry } from "./code_entry_model";
import { type Context, troubleOf } from "./context";
import { Observed } from "./observable";
import { type PasskeysModel, type PasskeysState, passkeyTrouble } from "./passkeys";

export class OwnPasskeys implements PasskeysModel {
  readonly state = new Observed<PasskeysState>({
    loading: true,
    known: false,
    passkeys: [],
    busy: false,
    asksPassword: false,
    added: false,
  });
  readonly available: boolean;
  private readonly context: Context;
  private readonly authenticator: Authenticator;
  /** What this device is called. */
  private readonly device: string;

  constructor(context: Context, authenticator: Authenticator, device: string) {
    this.context = context;
    this.authenticator = authenticator;
    this.device = device;
    this.available = authenticator.available;
    void this.refresh();
  }

  refresh(): Promise<void> {
    this.change({ loading: true, trouble: undefined });
    return this.attempt(async () => this.show(await this.api.passkeys()));
  }

  async add(password?: string): Promise<void> {
    if (this.state.get().busy) return;
    this.change({ busy: true, added: false, trouble: undefined });
    await this.attempt(async () => {
      const wish = await this.api.passkeyWish(password);
      this.change({ asksPassword: false });
      const made = await this.authenticator.make(wish);
      this.show(await this.api.addPasskey({ ...made, name: this.device }));
      this.change({ added: true });
    });
    this.change({ busy: false });
  }

  async remove(id: string): Promise<void> {
    if (this.state.get().busy) return;
    this.change({ busy: true, added: false, trouble: undefined });
    await this.attempt(async () => this.show(await this.api.removePasskey(id)));
    this.change({ busy: false });
  }

  private get api() {
    return this.context.session.api;
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const trouble = passkeyTrouble(error);
      if (trouble.code === "step_up_required") await this.askForProof();
      else this.change({ trouble, loading: false });
    }
  }

  private async askForProof(): Promise<void> {
    if (this.context.session.me.person.kind === "client") return this.askForCode();
    this.change({ asksPassword: true, loading: false });
  }

  /** A code first; with the right one the passkey is made. */
  private async askForCode(): Promise<void> {
    const { api, clock } = this.context.session;
    const send = () => api.sendProofCode();
    try {
      const sent = await send();
      const code: CodeEntry = new CodeEntry({
        clock,
        sent,
        send,
        redeem: async (typed) => {
          await api.prove({ code: typed });
          code.end();
          this.change({ code: undefined });
          void this.add();
        },
      });
      this.change({ code, loading: false });
    } catch (error) {
      this.change({ trouble: troubleOf(failureOf(error)), loading: false });
    }
  }

  private show({ passkeys }: wire.Passkeys): void {
    this.change({
      loading: false,
      known: true,
      passkeys: passkeys.map(({ id, name, created_at, used_at }) => ({
        id,
        name,
        createdAt: created_at,
        usedAt: used_at,
      })),
    });
  }

  private change(patch: Partial<PasskeysState>): void {
    this.state.set({ ...this.state.get(), ...patch });
  }
}
