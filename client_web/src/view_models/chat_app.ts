/**
 * From opening the page to signing out: which screen, and whose data may lie on this device.
 *
 *     starting --something is kept--> chat (from what is kept, before the server has answered)
 *     starting --a link--> sign_in (by link) --> chat
 *     starting --the server knows the session--> chat, --does not--> sign_in
 *     chat --signed out, refused, revoked--> sign_in; the key and the rows are destroyed first
 */
import { failureOf, sessionRefused } from "../session/failures";
import type { Crypto } from "../session/ids";
import type { OutboxNews } from "../session/outbox";
import type {
  Api,
  Cancel,
  Channel,
  Clock,
  Locks,
  Network,
  OpenSocket,
  Store,
  Vault,
} from "../session/ports";
import { Session } from "../session/session";
import type * as wire from "../wire/types.gen";
import type { ChatApp, Screen } from "./chat";
import { SessionChat } from "./chat_model";
import { type Attention, type Context, troubleOf } from "./context";
import type { Soon } from "./derived";
import { Observed } from "./observable";
import type { Trouble } from "./people";
import { PeopleBook } from "./people_book";
import type { SignInReason } from "./sign_in";
import { ServerSignIn } from "./sign_in_model";
import { Toasts } from "./toasts_model";

const ASK_AGAIN_MS = 3_000;

/** Everything that a browser gives; platform/ makes it. */
export interface Surroundings {
  readonly api: Api;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly crypto: Crypto;
  /** In [0, 1). */
  readonly random: () => number;
  readonly openSocket: OpenSocket;
  readonly channel: () => Channel<OutboxNews>;
  /** Tells the other tabs whose session has ended. */
  readonly endings: Channel<string>;
  readonly locks: Locks;
  readonly network: Network;
  readonly attention: Attention;
  readonly soon: Soon;
  /** The local day of a moment, such as "2026-11-24". */
  readonly dayOf: (time: number) => string;
  /** What this device is called in the list of devices. */
  readonly deviceName: string;
  /** Takes the token of a one-time link out of the address; undefined: there is none. */
  readonly takeLink: () => string | undefined;
  /** The page may be about to go away. */
  readonly leaving: (listener: () => void) => Cancel;
  /** How many conversations have unread messages, for the title and the icon. */
  readonly badge: (unread: number) => void;
}

export class Chat implements ChatApp {
  readonly screen = new Observed<Screen>({ kind: "starting" });
  private readonly around: Surroundings;
  private session: Session | undefined;
  private chat: SessionChat | undefined;
  private again: Cancel | undefined;

  constructor(around: Surroundings) {
    this.around = around;
    around.leaving(() => this.session?.flush());
    around.attention.subscribe(() => {
      if (around.attention.here()) this.session?.connection.doubt();
    });
    around.endings.subscribe((owner) => {
      if (this.session?.me.person.id === owner) void this.leave("signed_out");
    });
  }

  /** Decides on the first screen. */
  async start(): Promise<void> {
    const link = this.around.takeLink();
    if (link !== undefined) {
      await this.signIn({}).byLink(link);
      return;
    }
    const kept = await this.around.vault.existing();
    const snapshot = await kept?.store.snapshot();
    if (kept !== undefined && snapshot?.me.person.id === kept.owner) {
      await this.enter(snapshot.me, kept.store);
    } else await this.ask();
  }

  /** The page goes away: keeps what is to be kept, lets go of everything. */
  end(): void {
    this.again?.();
    this.session?.flush();
    this.chat?.end();
    this.session?.stop();
  }

  private async ask(): Promise<void> {
    const { api, clock } = this.around;
    try {
      const me = await api.me();
      await this.enter(me, await this.storeOf(me));
    } catch (error) {
      const failure = failureOf(error);
      if (sessionRefused(failure)) await this.leave(undefined);
      else {
        // The session may well stand: nobody answered.
        this.signIn({ trouble: troubleOf(failure) });
        this.again = clock.after(ASK_AGAIN_MS, () => void this.ask());
      }
    }
  }

  private async storeOf(me: wire.Me): Promise<Store> {
    const kept = await this.around.vault.existing();
    return kept?.owner === me.person.id ? kept.store : this.around.vault.create(me.person.id);
  }

  private signIn(why: { reason?: SignInReason | undefined; trouble?: Trouble }): ServerSignIn {
    const model = new ServerSignIn({
      api: this.around.api,
      device: this.around.deviceName,
      ...why,
      signedIn: async (me) => this.enter(me, await this.storeOf(me)),
    });
    this.screen.set({ kind: "sign_in", model });
    return model;
  }

  private async enter(me: wire.Me, store: Store): Promise<void> {
    this.again?.();
    const { around } = this;
    const session = new Session({
      ...around,
      me,
      store,
      channel: around.channel(),
      refused: (code) => void this.leave(code),
    });
    this.session = session;
    await session.start();
    // It may have been refused meanwhile.
    if (this.session !== session) return;
    const context: Context = {
      session,
      book: new PeopleBook(session.roster, me.person.id),
      toasts: new Toasts(around.clock),
      attention: around.attention,
      soon: around.soon,
    };
    const chat = new SessionChat({
      context,
      dayOf: around.dayOf,
      signedOut: async () => {
        around.endings.post(me.person.id);
        await this.leave("signed_out");
      },
    });
    const badge = () => around.badge(chat.list.state.get().unread);
    chat.list.state.subscribe(badge);
    badge();
    this.chat = chat;
    this.screen.set({ kind: "chat", model: chat });
  }

  /** Destroys what lies on this device, then shows the sign-in. */
  private async leave(code: string | undefined): Promise<void> {
    const owner = this.session?.me.person.id;
    this.chat?.end();
    this.session?.stop();
    this.chat = this.session = undefined;
    this.around.badge(0);
    await this.around.vault.destroy(owner);
    if (code === "other_person") await this.ask();
    else this.signIn({ reason: code === undefined ? undefined : reasonOf(code) });
  }
}

function reasonOf(code: string): SignInReason {
  if (code === "device_revoked" || code === "signed_out") return code;
  return "session_ended";
}
