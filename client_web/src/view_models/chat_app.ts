/**
 * From opening the page to signing out: which screen, and whose data may lie on this device.
 *
 *     starting --something is kept--> chat (from what is kept, before the server has answered)
 *     starting --a link--> sign_in (by link) --> chat
 *     starting --an advisor's invite--> invitation --> chat, with the advisor's conversation open
 *     starting --the server knows the session--> chat, --does not--> sign_in
 *     sign_in, starting, chat --the recording notice is due--> notice --accepted--> chat
 *     sign_in, starting, notice, chat --a client must prove who they are--> verify --a code--> chat
 *     chat --signed out, refused, revoked--> sign_in; the key and the rows are destroyed first
 *     before sign_in, invitation, notice, verify --their code cannot be fetched--> unfetched
 */
import { failureOf, isFirst, sessionRefused } from "../session/failures";
import type { Crypto } from "../session/ids";
import type { OutboxNews } from "../session/outbox_options";
import type {
  Api,
  Authenticator,
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
import { opens } from "../session/snapshot";
import type * as wire from "../wire/types.gen";
import type { Notifier } from "./alerts";
import type { ChatApp, Screen } from "./chat";
import { SessionChat } from "./chat_model";
import type { CodeSignIn } from "./client_sign_in_model";
import type { AwaitedCode } from "./code_entry";
import { type Attention, type Context, type Kept, troubleOf } from "./context";
import type { Soon } from "./derived";
import type * as doors from "./doors";
import { Fetched } from "./fetched";
import { FirmSign } from "./firm_sign";
import type { InviteKeeper, KeptInvite } from "./invitation";
import type * as laterModels from "./later_models";
import { Observed } from "./observable";
import type { Trouble } from "./people";
import { PeopleBook } from "./people_book";
import { reasonOf, type SignInReason } from "./sign_in";
import type { ServerSignIn } from "./sign_in_model";
import { type FindSigns, Signs } from "./signs";
import type { TimelineRows } from "./timeline_rows";
import { Toasts } from "./toasts_model";
import { hasVoice, type Tray } from "./tray";
import type { Shell } from "./update";
import type { RecordVoice } from "./voice";

const ASK_AGAIN_MS = 3_000;

/** Everything that a browser gives; platform/ makes it. */
export interface Surroundings {
  readonly api: Api;
  readonly vault: Vault;
  readonly authenticator: Authenticator;
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
  /** Takes the secret of a link to join a group by; undefined: there is none. */
  readonly takeJoinLink: () => string | undefined;
  /** Takes the conversation to open out of the address, where a notification was pressed. */
  readonly takeOpening: () => string | undefined;
  /** Whether it was a client who came in on this device last. */
  readonly clients: Kept<boolean>;
  /** The code that somebody waits for: a phone may drop the page while its owner reads the mail. */
  readonly awaited: Kept<AwaitedCode | undefined>;
  /** The token of an advisor's invite. */
  readonly invites: InviteKeeper;
  /** Speaks a language from now on, whatever this browser prefers; resolves also if it cannot. */
  readonly speak: (locale: string) => Promise<void>;
  /** Whether messages can be taken back for some seconds before they are sent. */
  readonly undoSend: () => boolean;
  /** Fetches the screens before the chat. */
  readonly loadDoors: () => Promise<typeof doors>;
  /** Fetches what makes the rows of a log. */
  readonly loadRows: () => Promise<typeof TimelineRows>;
  /** Fetches what is opened now and then. */
  readonly loadLater: () => Promise<typeof laterModels>;
  /** Fetches the rules by which texts suggest another channel. */
  readonly loadSigns: () => Promise<FindSigns>;
  /** Fetches the rules by which texts read like an order. */
  readonly loadOrders: () => Promise<FindSigns>;
  /** Whether this device tells of what comes while nobody looks. */
  readonly alerting: () => boolean;
  /** Fetches what keeps the page's files on the device, and begins it. */
  readonly loadShell: () => Promise<Shell>;
  /** Fetches the browser's notifications. */
  readonly loadNotifier: () => Promise<Notifier>;
  /** Fetches what records voice notes. */
  readonly loadVoice: () => Promise<RecordVoice>;
  /** The page may be about to go away. */
  readonly leaving: (listener: () => void) => Cancel;
  /** The browser asks before the page goes, as long as something would be lost with it. */
  readonly staying: (needed: () => boolean) => void;
  /** How many conversations have unread messages, for the title and the icon. */
  readonly badge: (unread: number) => void;
  /** What the firm is called, for the title. */
  readonly named: (firm: string) => void;
}

export class Chat implements ChatApp {
  readonly screen = new Observed<Screen>({ kind: "starting" });
  private readonly around: Surroundings;
  private session: Session | undefined;
  private chat: SessionChat | undefined;
  private again: Cancel | undefined;
  private trays = new Map<string, Tray>();
  private codes: CodeSignIn | undefined;
  /** Which conversation was open before something else had to come first. */
  private wasOpen: string | undefined;
  private readonly firm: FirmSign;

  constructor(around: Surroundings) {
    this.around = around;
    this.firm = new FirmSign(around);
    around.leaving(() => void this.session?.flush());
    around.staying(() => [...this.trays.values()].some(hasVoice));
    around.attention.subscribe(() => {
      const here = around.attention.here();
      this.session?.looking(here);
      if (here) this.session?.connection.doubt();
    });
    around.endings.subscribe((owner) => {
      if (this.session?.me.person.id === owner) void this.leave("signed_out");
    });
  }

  /** Decides on the first screen. */
  async start(): Promise<void> {
    const link = this.around.takeLink();
    if (link !== undefined) {
      await (await this.signIn({ redeems: true })).byLink(link);
      return;
    }
    const invite = this.around.invites.take();
    if (invite === undefined) await this.begin({});
    else await this.invitation(invite);
  }

  /** From what is kept on the device, else as the server says. */
  private async begin(how: { asClient?: boolean }): Promise<void> {
    const kept = await this.around.vault.existing();
    const snapshot = await kept?.store.snapshot();
    if (kept !== undefined && snapshot?.me.person.id === kept.owner && opens(snapshot)) {
      await this.enter(snapshot.me, kept.store);
    } else {
      // Nobody was here before: one of these screens comes first.
      this.around.loadDoors().catch(() => {});
      void this.firm.soon();
      await this.ask(how);
    }
  }

  /** The page goes away: keeps what is to be kept, lets go of everything. */
  end(): void {
    this.again?.();
    void this.session?.flush();
    this.chat?.end();
    this.session?.stop();
  }

  private async ask(how: { asClient?: boolean } = {}): Promise<void> {
    const { api, clock } = this.around;
    try {
      await this.signedIn(await api.me());
    } catch (error) {
      const failure = failureOf(error);
      if (sessionRefused(failure)) await this.leave(toldAtFirst(failure.code), how);
      else {
        // The session may well stand: nobody answered.
        await this.signIn({ ...how, trouble: troubleOf(failure) });
        this.again = clock.after(ASK_AGAIN_MS, () => void this.ask(how));
      }
    }
  }

  private async storeOf(me: wire.Me): Promise<Store> {
    const kept = await this.around.vault.existing();
    return kept?.owner === me.person.id ? kept.store : this.around.vault.create(me.person.id);
  }

  /** The code of the screens before the chat. */
  private async doors(): Promise<typeof doors> {
    for (;;) {
      try {
        return await this.around.loadDoors();
      } catch {
        // There is no network, or the server has other files by now.
        await new Promise<void>((again) => this.screen.set({ kind: "unfetched", again }));
      }
    }
  }

  private async signIn(why: SignInWhy): Promise<ServerSignIn> {
    const { api, clock, deviceName: device, authenticator } = this.around;
    const firm = why.redeems ? undefined : await this.firm.soon();
    const { CodeSignIn, ServerSignIn } = await this.doors();
    const signedIn = (me: wire.Me) => this.signedIn(me);
    // It outlives the page's other changes: an address may be half typed.
    this.codes ??= new CodeSignIn({
      api,
      authenticator,
      clock,
      awaited: this.around.awaited,
      device,
      open: why.asClient || this.around.clients.get(),
      signedIn: (me, by) => this.signedIn(me, { byCode: by === "code" }),
    });
    const model = new ServerSignIn({ api, device, ...why, client: this.codes, firm, signedIn });
    this.screen.set({ kind: "sign_in", model });
    return model;
  }

  private async invitation(invite: KeptInvite): Promise<void> {
    const { api, clock, invites: keeper, deviceName: device, speak } = this.around;
    void this.firm.soon();
    const { OpenInvitation } = await this.doors();
    const model = new OpenInvitation({
      api,
      clock,
      invite,
      keeper,
      device,
      speak,
      accepted: async (me) => this.signedIn(me, { land: true, byCode: true }),
      goOn: () => void this.begin({ asClient: true }),
    });
    this.screen.set({ kind: "invitation", model });
    return model.retry();
  }

  /** The server knows who is here. */
  private async signedIn(me: wire.Me, how: Arrival = {}): Promise<void> {
    this.again?.();
    this.codes = undefined;
    this.around.clients.set(me.person.kind === "client");
    const { notice } = me;
    if (me.verification_due) return this.verify(me, how);
    if (notice === undefined) return this.enter(me, await this.storeOf(me), how);
    const { api, clock } = this.around;
    const { SessionNotice } = await this.doors();
    const model = new SessionNotice({
      api,
      clock,
      me,
      notice,
      accepted: (agreed) => this.signedIn(agreed, how),
      ended: (code) => this.leave(code, { asClient: me.person.kind === "client" }),
    });
    this.screen.set({ kind: "notice", model });
  }

  private async verify(me: wire.Me, how: Arrival): Promise<void> {
    const { api, clock } = this.around;
    const { SessionVerify } = await this.doors();
    const model = new SessionVerify({
      api,
      clock,
      awaited: this.around.awaited,
      me,
      proved: (proved) => this.signedIn(proved, how),
      ended: (code) => this.leave(code, { asClient: true }),
    });
    this.screen.set({ kind: "verify", model });
  }

  private async enter(me: wire.Me, store: Store, how: Arrival = {}): Promise<void> {
    this.again?.();
    const { around } = this;
    const session = new Session({
      ...around,
      me,
      store,
      channel: around.channel(),
      refused: (code) => void this.refused(code),
    });
    this.session = session;
    session.looking(around.attention.here());
    await session.start();
    // It may have been refused meanwhile.
    if (this.session !== session) return;
    this.trays = new Map();
    const context: Context = {
      session,
      book: new PeopleBook(session.roster, me.person.id, () => session.serverNow()),
      toasts: new Toasts(around.clock),
      attention: around.attention,
      signs: new Signs(around.loadSigns),
      orders: new Signs(around.loadOrders),
      rows: new Fetched(around.loadRows),
      soon: around.soon,
      trays: this.trays,
      undoSend: around.undoSend,
      loadVoice: around.loadVoice,
    };
    const chat = new SessionChat({
      context,
      dayOf: around.dayOf,
      authenticator: around.authenticator,
      deviceName: around.deviceName,
      loadLater: around.loadLater,
      alerting: around.alerting(),
      loadNotifier: around.loadNotifier,
      loadShell: around.loadShell,
      byCode: how.byCode ?? false,
      joining: me.person.kind === "client" ? undefined : around.takeJoinLink(),
      signedOut: async (why) => {
        around.endings.post(me.person.id);
        await this.leave(why);
      },
    });
    this.title(session, chat);
    this.chat = chat;
    this.screen.set({ kind: "chat", model: chat });
    if (how.land) chat.openFirst();
    const opening = around.takeOpening() ?? this.wasOpen;
    this.wasOpen = undefined;
    if (opening !== undefined) chat.reopen(opening);
  }

  /** What the page is called, and how much is unread. */
  private title({ me, quiet }: Session, { list }: SessionChat): void {
    const { around } = this;
    const badge = () => around.badge(quiet.now() ? 0 : list.state.get().unread);
    around.named(me.firm);
    list.state.subscribe(badge);
    quiet.changed.subscribe(badge);
    badge();
  }

  private async refused(code: string): Promise<void> {
    if (!isFirst(code)) return this.leave(code);
    // What lies on this device stays; it shows again once that is done.
    this.wasOpen = this.chat?.conversation.get()?.id;
    this.letGo();
    this.screen.set({ kind: "starting" });
    await this.ask();
  }

  private letGo(): void {
    this.chat?.end();
    this.session?.stop();
    this.chat = this.session = undefined;
    this.around.badge(0);
  }

  /** Destroys what lies on this device, then shows the sign-in. */
  private async leave(code: string | undefined, how: { asClient?: boolean } = {}): Promise<void> {
    const person = this.session?.me.person;
    this.wasOpen = undefined;
    this.letGo();
    await this.around.vault.destroy(person?.id);
    if (code === "other_person") await this.ask();
    else {
      const reason = code === undefined ? undefined : reasonOf(code);
      const asClient = person?.kind === "client" || reason === "client_reset";
      await this.signIn({ asClient, ...how, reason });
    }
  }
}

/** How somebody came in; `land`: they want the one conversation they have. */
interface Arrival {
  readonly land?: boolean;
  readonly byCode?: boolean;
}

interface SignInWhy {
  readonly reason?: SignInReason | undefined;
  readonly trouble?: Trouble;
  readonly asClient?: boolean;
  /** A one-time link is redeemed at once: nothing is waited for. */
  readonly redeems?: boolean;
}

/** Who comes without a session, or with one that nobody remembers, is told nothing of its end. */
function toldAtFirst(code: string): string | undefined {
  return code === "no_session" ? undefined : code;
}
