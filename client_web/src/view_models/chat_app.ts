/**
 * From opening the page to signing out: which screen, and whose data may lie on this device.
 *
 *     starting --something is kept--> chat (from what is kept, before the server has answered)
 *     starting --a link--> sign_in (by link) --> chat
 *     starting --an advisor's invite--> invitation --> chat, with the advisor's conversation open
 *     starting --the server knows the session--> chat, --does not--> sign_in
 *     sign_in, starting, chat --the recording notice is due--> notice --accepted--> chat
 *     sign_in, starting, notice, chat --a client must prove who they are--> verify --a code--> chat
 *     starting, chat --nobody has used it for a while, or so wished--> locked --unlocked--> chat
 *     chat --signed out, refused, revoked--> sign_in; the key and the rows are destroyed first
 *     before sign_in, invitation, notice, verify, locked --their code cannot be fetched--> unfetched
 */
import { failureOf, isFirst, sessionRefused } from "../session/failures";
import type { Cancel, Store } from "../session/ports";
import { Session } from "../session/session";
import { opens } from "../session/snapshot";
import type * as wire from "../wire/types.gen";
import { type Arrival, type SignInWhy, toldAtFirst } from "./arrival";
import type { ChatApp, Screen } from "./chat";
import { contextOf } from "./chat_context";
import { SessionChat } from "./chat_model";
import type { CodeSignIn } from "./client_sign_in_model";
import { troubleOf } from "./context";
import type * as doors from "./doors";
import { FirmSign } from "./firm_sign";
import { IdleLock } from "./idle_lock";
import type { KeptInvite } from "./invitation";
import { forgetRows, type LockNews, LockTold, lastWords } from "./locking";
import { Observed } from "./observable";
import { reasonOf } from "./sign_in";
import type { ServerSignIn } from "./sign_in_model";
import type { Surroundings } from "./surroundings";
import { hasVoice, type Tray } from "./tray";

const ASK_AGAIN_MS = 3_000;

export class Chat implements ChatApp {
  readonly screen = new Observed<Screen>({ kind: "starting" });
  private readonly around: Surroundings;
  private session: Session | undefined;
  private chat: SessionChat | undefined;
  private again: Cancel | undefined;
  private trays = new Map<string, Tray>();
  private traysOf: string | undefined;
  private codes: CodeSignIn | undefined;
  private readonly firm: FirmSign;
  private readonly lock: IdleLock;
  private readonly told: LockTold;

  constructor(around: Surroundings) {
    this.around = around;
    this.firm = new FirmSign(around);
    const { clock, lock: kept } = around;
    this.lock = new IdleLock({
      clock,
      kept,
      busy: () => this.chat?.recording ?? false,
      due: () => void this.shut("here"),
    });
    this.told = new LockTold(around, this.lock, (code) => void this.leave(code));
    around.uses(() => this.lock.touch());
    around.lockNews.subscribe((news) => void this.heard(news));
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
  private async begin(how: Arrival & { asClient?: boolean }): Promise<void> {
    const kept = await this.around.vault.existing();
    const snapshot = await kept?.store.snapshot();
    if (snapshot !== undefined && snapshot.me.person.id === kept?.owner && this.lock.isLocked()) {
      this.told.begin();
      await this.locked(snapshot.me, how);
    } else if (kept !== undefined && snapshot?.me.person.id === kept.owner && opens(snapshot)) {
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
    this.lock.rest();
    void this.session?.flush();
    this.chat?.end();
    this.session?.stop();
  }

  private async ask(how: { asClient?: boolean } = {}): Promise<void> {
    const { api, clock } = this.around;
    try {
      const me = await api.me();
      // Its time passed while no page was open, or the server has not heard of it.
      const locks = !me.locked && this.lock.isLocked();
      if (locks) this.told.begin();
      await this.signedIn(locks ? { ...me, locked: true } : me);
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
    if (me.locked) return this.locked(me, how);
    this.lock.opened();
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

  /** Shows nothing of the chat until the server has unlocked it. */
  private async locked(me: wire.Me, how: Arrival): Promise<void> {
    const { api, clock, awaited, authenticator, lock, vault, lockNews } = this.around;
    lock.locked.set(true);
    const kept = await vault.existing();
    if (kept?.owner === me.person.id) await forgetRows(kept.store);
    const { SessionLocked } = await this.doors();
    // Another tab may have unlocked it, or signed out.
    if (!lock.locked.get()) return this.ask();
    const model = new SessionLocked({
      api,
      clock,
      awaited,
      authenticator,
      me,
      unlock: (body) => this.told.unlock(body),
      unlocked: async (opened) => {
        lockNews.post("unlocked");
        this.letGo();
        await this.signedIn(opened, how);
      },
      ended: (code) => this.leave(code, { asClient: me.person.kind === "client" }),
    });
    this.screen.set({ kind: "locked", model });
  }

  /** Locks it: hides all at once, sends what was said before, then has the server lock it. */
  private async shut(where: "here" | "elsewhere"): Promise<void> {
    const { session, chat, around } = this;
    around.lock.locked.set(true);
    if (session === undefined || chat === undefined) return;
    this.lock.rest();
    chat.end();
    this.chat = undefined;
    around.badge(0);
    this.screen.set({ kind: "starting" });
    if (where === "here") around.lockNews.post("locked");
    void this.locked(session.me, {});
    await lastWords(session, where === "here");
    // It was unlocked meanwhile, or they signed out.
    if (this.session !== session) return;
    session.stop();
    this.session = undefined;
    await forgetRows(session.store);
    if (where === "here" && around.lock.locked.get()) this.told.begin();
  }

  /** Another tab of this browser locked it, or unlocked it. */
  private async heard(news: LockNews): Promise<void> {
    if (news === "locked") return this.shut("elsewhere");
    this.told.stop();
    this.lock.opened();
    if (this.screen.get().kind !== "locked") return;
    this.letGo();
    this.screen.set({ kind: "starting" });
    await this.ask();
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
    // One that still sent its last words.
    this.session?.stop();
    const { around } = this;
    const session = new Session({
      ...around,
      me,
      store,
      channel: around.channel(),
      refused: (code) => void this.refused(code),
    });
    this.session = session;
    session.statusChanged.subscribe(() => this.lock.demand(session.lockMinutes));
    session.looking(around.attention.here());
    await session.start();
    // It may have been refused meanwhile.
    if (this.session !== session) return;
    // Another tab has locked it.
    if (around.lock.locked.get()) {
      this.letGo();
      return this.locked(me, how);
    }
    if (this.traysOf !== me.person.id) this.trays = new Map();
    this.traysOf = me.person.id;
    const chat = new SessionChat({
      context: contextOf(around, session, this.trays),
      dayOf: around.dayOf,
      authenticator: around.authenticator,
      deviceName: around.deviceName,
      loadLater: around.loadLater,
      alerting: around.alerting(),
      loadNotifier: around.loadNotifier,
      loadShell: around.loadShell,
      byCode: how.byCode ?? false,
      lock: { idle: this.lock, now: () => void this.shut("here") },
      joining: around.takeJoinLink(),
      signedOut: async (why) => {
        around.endings.post(me.person.id);
        await this.leave(why);
      },
    });
    this.chat = chat;
    this.title(session, chat);
    this.lock.watch();
    this.screen.set({ kind: "chat", model: chat });
    if (how.land) chat.openFirst();
    const opening = around.takeOpening() ?? around.openHere.get();
    chat.conversation.subscribe(() => around.openHere.set(chat.conversation.get()?.id));
    if (opening !== undefined) chat.reopen(opening);
  }

  /** What the page is called, and how much is unread. */
  private title({ me, quiet }: Session, chat: SessionChat): void {
    const { around } = this;
    const { list } = chat;
    const badge = () => {
      if (this.chat === chat) around.badge(quiet.now() ? 0 : list.state.get().unread);
    };
    around.named(me.firm);
    list.state.subscribe(badge);
    quiet.changed.subscribe(badge);
    badge();
  }

  private async refused(code: string): Promise<void> {
    if (!isFirst(code)) return this.leave(code);
    // What lies on this device stays; it shows again once that is done.
    this.letGo();
    this.screen.set({ kind: "starting" });
    await this.ask();
  }

  private letGo(): void {
    this.lock.rest();
    this.chat?.end();
    this.session?.stop();
    this.chat = this.session = undefined;
    this.around.badge(0);
  }

  /** Destroys what lies on this device, then shows the sign-in. */
  private async leave(code: string | undefined, how: { asClient?: boolean } = {}): Promise<void> {
    const person = this.session?.me.person;
    this.traysOf = undefined;
    this.around.openHere.set(undefined);
    this.around.lock.locked.set(false);
    this.told.stop();
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
