/**
 * From opening the page to signing out: which screen, and whose data may lie on this device.
 *
 *     starting --something is kept--> chat (from what is kept, before the server has answered)
 *     starting --a link--> sign_in (by link) --> chat
 *     sign_in (by link) --the link is for somebody else than who is here--> switch --agreed--> chat
 *     starting, chat --another tab made it somebody else's--> switch (told) --read--> chat
 *     starting --an advisor's invite--> invitation --> chat, with the advisor's conversation open
 *     starting --the link of a letter about a reset--> objection --read--> chat, sign_in
 *     starting --the server knows the session--> chat, --does not--> sign_in
 *     sign_in, starting, chat --the recording notice is due--> notice --accepted--> chat
 *     sign_in, starting, verify --something was done with the account--> told --read--> notice, chat
 *     sign_in, starting --somebody of the firm has no password yet--> password --chosen--> chat
 *     sign_in, starting, password, told --a role waits for them--> role --later--> notice, chat
 *     sign_in, starting, notice, chat --a client must prove who they are--> verify --a code--> chat
 *     starting, chat --nobody has used it for a while, or so wished--> locked --unlocked--> chat
 *     chat --signed out, refused, revoked--> sign_in; the key and the rows are destroyed first
 *     before sign_in, invitation, objection, told, role, notice, verify, locked --their code cannot be fetched--> unfetched
 */
import { failureOf, isFirst, sessionRefused } from "../session/failures";
import { inTime, type TimelyStore, TimelyVault } from "../session/in_time";
import type { Cancel } from "../session/ports";
import { Session } from "../session/session";
import { opens } from "../session/snapshot";
import type * as wire from "../wire/types.gen";
import { type Arrival, type SignInWhy, toldAtFirst } from "./arrival";
import type { ChatApp, Screen } from "./chat";
import { contextOf } from "./chat_context";
import { SessionChat } from "./chat_model";
import type { CodeSignIn } from "./client_sign_in_model";
import { troubleOf } from "./context";
import { FirmSign } from "./firm_sign";
import { IdleLock } from "./idle_lock";
import type { KeptInvite } from "./invitation";
import { forgetRows, type LockNews, LockTold, lastWords } from "./locking";
import { Observed } from "./observable";
import { reasonOf } from "./sign_in";
import type { ServerSignIn } from "./sign_in_model";
import type { Surroundings } from "./surroundings";
import type { Somebody } from "./switching";
import { hasVoice, type Tray } from "./tray";

const ASK_AGAIN_MS = 3_000;

export class Chat implements ChatApp {
  readonly screen = new Observed<Screen>({ kind: "starting" });
  private readonly around: Surroundings;
  private readonly vault: TimelyVault;
  private session: Session | undefined;
  private chat: SessionChat | undefined;
  private again: Cancel | undefined;
  private trays = new Map<string, Tray>();
  private traysOf: string | undefined;
  /** Whose chat was here. */
  private last: Somebody | undefined;
  /** Whose session ends as somebody else comes in, who was asked. */
  private agreed: string | undefined;
  private codes: CodeSignIn | undefined;
  private readonly firm: FirmSign;
  private readonly lock: IdleLock;
  private readonly told: LockTold;

  constructor(around: Surroundings) {
    this.around = around;
    this.vault = new TimelyVault(around.clock, around.vault);
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
    around.staying(
      () => (this.session?.outbox.losable ?? false) || [...this.trays.values()].some(hasVoice),
    );
    around.attention.subscribe(() => {
      const here = around.attention.here();
      this.session?.looking(here);
      if (here) this.session?.connection.doubt();
    });
    around.endings.subscribe((owner) => {
      if (this.last?.id === owner) void this.refused("signed_out");
    });
  }

  /** Decides on the first screen. */
  async start(): Promise<void> {
    const link = this.around.takeLink();
    if (link !== undefined) {
      await (await this.signIn({})).byLink(link);
      return;
    }
    const objection = this.around.takeObjection();
    if (objection !== undefined) return this.object(objection);
    const invite = this.around.invites.take();
    if (invite === undefined) await this.begin({});
    else await this.invitation(invite);
  }

  /** From what is kept on the device and comes in time, else as the server says. */
  private async begin(how: Arrival & { asClient?: boolean }): Promise<void> {
    const { kept, snapshot } = (await inTime(this.around.clock, this.kept())) ?? {};
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

  private async kept() {
    const kept = await this.vault.existing();
    return { kept, snapshot: await kept?.store.snapshot() };
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
    api.speakFor(undefined);
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

  /** The code of screens before the chat. */
  private async fetched<T>(load: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await load();
      } catch {
        // There is no network, or the server has other files by now.
        await new Promise<void>((again) => this.screen.set({ kind: "unfetched", again }));
      }
    }
  }

  private async signIn(why: SignInWhy): Promise<ServerSignIn> {
    const { api, clock, deviceName: device, authenticator } = this.around;
    api.speakFor(undefined);
    const firm = await this.firm.soon();
    const { CodeSignIn, ServerSignIn } = await this.fetched(this.around.loadDoors);
    const signedIn = (me: wire.Me) => this.knowingly(me);
    // It outlives the page's other changes: an address may be half typed.
    this.codes ??= new CodeSignIn({
      api,
      authenticator,
      clock,
      awaited: this.around.awaited,
      device,
      open: why.asClient || this.around.clients.get(),
      askFirst: this.askFirst,
      signedIn: (me, by) => this.knowingly(me, { byCode: by === "code" }),
    });
    const { codes: client } = this;
    const { askFirst } = this;
    const model = new ServerSignIn({ api, device, ...why, client, firm, signedIn, askFirst });
    this.screen.set({ kind: "sign_in", model });
    return model;
  }

  /** Whoever comes in is somebody else than who is signed in here. */
  private readonly askFirst = ({ here, link }: wire.SwitchOfPerson) =>
    new Promise<void>((agree) => {
      const before = this.screen.get();
      const stay = () => {
        this.codes = undefined;
        this.around.invites.forget();
        void this.begin({});
      };
      const goOn = () => {
        this.agreed = here.id;
        this.screen.set(before);
        agree();
      };
      this.screen.set({ kind: "switch", model: { here: here.name, next: link.name, goOn, stay } });
    });

  private async invitation(invite: KeptInvite): Promise<void> {
    const { api, clock, invites: keeper, deviceName: device, speak } = this.around;
    void this.firm.soon();
    const { OpenInvitation } = await this.fetched(this.around.loadDoors);
    const model = new OpenInvitation({
      api,
      clock,
      invite,
      keeper,
      device,
      speak,
      askFirst: this.askFirst,
      accepted: async (me) => this.knowingly(me, { land: true, byCode: true }),
      goOn: () => void this.begin({ asClient: true }),
    });
    this.screen.set({ kind: "invitation", model });
    return model.retry();
  }

  private async object(token: string): Promise<void> {
    void this.firm.soon();
    const { Objection } = await this.fetched(this.around.loadRareDoors);
    const goOn = () => void this.begin({ asClient: true });
    const model = new Objection({ api: this.around.api, token, goOn });
    this.screen.set({ kind: "objection", model });
    return model.retry();
  }

  /** Somebody signed in in this tab, and knows as whom. */
  private knowingly(me: wire.Me, how: Arrival = {}): Promise<void> {
    if (this.agreed !== undefined) this.around.endings.post(this.agreed);
    this.agreed = undefined;
    this.last = undefined;
    this.around.wasHere.set(undefined);
    return this.signedIn(me, how);
  }

  /** The tab was somebody else's: says so, and shows nothing before it is read. */
  private switched(was: Somebody, me: wire.Me, how: Arrival = {}): void {
    const goOn = () => void this.knowingly(me, how);
    this.screen.set({ kind: "switch", model: { here: was.name, next: me.person.name, goOn } });
  }

  /** The server knows who is here. */
  private async signedIn(me: wire.Me, how: Arrival = {}): Promise<void> {
    this.again?.();
    this.around.api.speakFor(me.person.id);
    this.codes = undefined;
    this.around.clients.set(me.person.kind === "client");
    const { notice } = me;
    if (me.locked) return this.locked(me, how);
    this.lock.opened();
    if (me.password === "due") return this.firstPassword(me, how);
    if (me.verification_due) return this.verify(me, how);
    if (me.account_notices?.length) return this.tell(me, how);
    if (me.role_waits !== undefined) return this.roleWaits(me, me.role_waits, how);
    if (notice === undefined) return this.enter(me, await this.vault.open(me.person.id), how);
    const { api, clock } = this.around;
    const { SessionNotice } = await this.fetched(this.around.loadRareDoors);
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

  /** Tells what was done with their account. */
  private async tell(me: wire.Me, how: Arrival): Promise<void> {
    const { AccountNotices } = await this.fetched(this.around.loadRareDoors);
    const model = new AccountNotices({
      api: this.around.api,
      me,
      read: (rest) => this.signedIn(rest, how),
      ended: (code) => this.leave(code, { asClient: me.person.kind === "client" }),
    });
    this.screen.set({ kind: "told", model });
  }

  /** Shows the code that they read to who approves their role. */
  private async roleWaits(me: wire.Me, waits: wire.RoleWaits, how: Arrival): Promise<void> {
    const { SessionRoleCode } = await this.fetched(this.around.loadRareDoors);
    const model = new SessionRoleCode({
      api: this.around.api,
      me,
      waits,
      goOn: (rest) => this.signedIn(rest, how),
      ended: (code) => this.leave(code),
    });
    this.screen.set({ kind: "role", model });
  }

  private async firstPassword(me: wire.Me, how: Arrival): Promise<void> {
    const { api } = this.around;
    const { FirstPassword } = await this.fetched(this.around.loadRareDoors);
    const model = new FirstPassword({
      api,
      me,
      chosen: (chosen) => this.signedIn(chosen, how),
      ended: (code) => this.leave(code),
    });
    this.screen.set({ kind: "password", model });
  }

  /** Shows nothing of the chat until the server has unlocked it. */
  private async locked(me: wire.Me, how: Arrival): Promise<void> {
    const { api, clock, awaited, authenticator, lock, lockNews } = this.around;
    lock.locked.set(true);
    api.speakFor(me.person.id);
    await inTime(clock, this.forgetRows(me.person.id));
    const { SessionLocked } = await this.fetched(this.around.loadRareDoors);
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

  private async forgetRows(owner: string): Promise<void> {
    const kept = await this.vault.existing();
    if (kept?.owner === owner) await forgetRows(kept.store);
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
    await inTime(around.clock, forgetRows(session.store));
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
    const { SessionVerify } = await this.fetched(this.around.loadRareDoors);
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

  private async enter(me: wire.Me, store: TimelyStore, how: Arrival = {}): Promise<void> {
    this.again?.();
    // One that still sent its last words.
    this.session?.stop();
    const { around } = this;
    const { id, name } = me.person;
    const was = around.wasHere.get();
    if (was !== undefined && was.id !== id) return this.switched(was, me, how);
    this.last = { id, name };
    around.wasHere.set(this.last);
    around.api.speakFor(id);
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
    if (isFirst(code)) {
      // What lies on this device stays; it shows again once that is done.
      this.letGo();
      this.screen.set({ kind: "starting" });
      return this.ask();
    }
    const { around, last } = this;
    const person = this.session?.me.person;
    if (person !== undefined) {
      this.screen.set({ kind: "starting" });
      await this.forget(person);
    }
    const me = await this.nowHere();
    if (me !== undefined && last !== undefined && me.person.id !== last.id) {
      around.wasHere.set(last);
      this.switched(last, me);
    } else if (person !== undefined) await this.leave(code, {}, person);
  }

  /** Who is signed in in this browser by now, as far as the server can be asked. */
  private async nowHere(): Promise<wire.Me | undefined> {
    const { api } = this.around;
    api.speakFor(undefined);
    try {
      return await api.me();
    } catch (error) {
      failureOf(error);
      return undefined;
    }
  }

  private letGo(): void {
    this.lock.rest();
    this.chat?.end();
    this.session?.stop();
    this.chat = this.session = undefined;
    this.around.badge(0);
  }

  /** Destroys what lies on this device. */
  private async forget(person?: wire.Person): Promise<void> {
    this.traysOf = undefined;
    this.around.openHere.set(undefined);
    this.around.lock.locked.set(false);
    this.told.stop();
    this.letGo();
    await this.vault.destroy(person?.id);
  }

  /** Destroys what lies on this device, then shows the sign-in. */
  private async leave(
    code: string | undefined,
    how: { asClient?: boolean } = {},
    person = this.session?.me.person,
  ): Promise<void> {
    await this.forget(person);
    if (code === "other_person") await this.ask();
    else {
      this.around.wasHere.set(undefined);
      const reason = code === undefined ? undefined : reasonOf(code);
      const asClient = person?.kind === "client" || reason === "client_reset";
      await this.signIn({ asClient, ...how, reason });
    }
  }
}
