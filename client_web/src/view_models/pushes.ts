/** Whether this browser is told while the page is closed: its own push service, and the firm's word. */

import { failureOf } from "../session/failures";
import type { Api } from "../session/ports";
import type { AlertWish, Pusher, PushState } from "./alerts";
import { Observed } from "./observable";

type PushApi = Pick<Api, "pushes" | "subscribe" | "unsubscribe">;

export class SessionPushes {
  /** Undefined: the firm or this browser has none, as far as is known. */
  readonly state = new Observed<PushState | undefined>(undefined);
  private readonly api: PushApi;
  private readonly pusher: Pusher;
  private wish: AlertWish;
  private key: string | undefined;
  private names = false;
  private ended = false;

  constructor(api: PushApi, pusher: Pusher, wish: AlertWish) {
    this.api = api;
    this.pusher = pusher;
    this.wish = wish;
  }

  /** Asks whether there are pushes, and says again where this browser is: its address may be another. */
  async begin(): Promise<void> {
    if (!this.pusher.possible()) return;
    const offer = await this.tried(() => this.api.pushes());
    if (offer?.key === undefined || this.ended) return;
    this.key = offer.key;
    this.names = offer.names === true;
    const on = this.wish.on && this.pusher.wish();
    this.show({ on });
    if (on) await this.turn(true);
    else await this.pusher.unsubscribe();
  }

  /** Turns it on or off; where the push service or the server cannot be reached it is off. */
  async turn(on: boolean): Promise<void> {
    const { key, pusher } = this;
    if (key === undefined || this.state.get()?.busy) return;
    this.show({ on, busy: true });
    pusher.keep(on);
    const done = await (on ? this.subscribe(key) : this.unsubscribe());
    if (!this.ended) this.show({ on: on && done, failed: on && !done });
  }

  /** Follows what the person wants of notifications at all. */
  async follow(wish: AlertWish): Promise<void> {
    const on = this.state.get()?.on === true;
    const named = wish.named !== this.wish.named;
    this.wish = wish;
    if (on && (named || !wish.on)) await this.turn(wish.on);
  }

  end(): void {
    this.ended = true;
  }

  private show(part: Partial<PushState>): void {
    this.state.set({ on: false, busy: false, failed: false, names: this.names, ...part });
  }

  private async subscribe(key: string): Promise<boolean> {
    const { pusher, api } = this;
    const address = await pusher.subscribe(key);
    if (address === undefined) return false;
    const body = { ...address, locale: pusher.locale(), named: this.wish.named };
    return (
      (await this.tried(async () => {
        await api.subscribe(body);
        return true;
      })) === true
    );
  }

  private async unsubscribe(): Promise<boolean> {
    await this.pusher.unsubscribe();
    await this.tried(() => this.api.unsubscribe());
    return true;
  }

  /** Undefined: it could not be asked, or was refused. */
  private async tried<T>(ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask();
    } catch (error) {
      failureOf(error);
      return undefined;
    }
  }
}
