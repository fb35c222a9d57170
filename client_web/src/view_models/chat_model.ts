/** The chat of one signed-in person: its list, and the conversation that is open. */
import type { Conversation } from "../session/conversation";
import { failureOf, sessionRefused } from "../session/failures";
import { newClientId } from "../session/ids";
import type { Authenticator, Cancel } from "../session/ports";
import type { AnyCommand } from "../wire/types.gen";
import type { Notifier } from "./alerts";
import type { SessionAlerts } from "./alerts_model";
import type { LockUse } from "./app_lock";
import type { ChatModel, ConversationModel } from "./chat";
import { type Context, troubleOf } from "./context";
import { SessionConversationList } from "./conversation_list_model";
import { OpenConversation } from "./conversation_model";
import { Derived } from "./derived";
import type { Later } from "./later";
import type * as laterModels from "./later_models";
import { leaveFirm } from "./leaving";
import { Marker, type MarkWish } from "./marker";
import { mayInvite } from "./nudge";
import { Observed } from "./observable";
import { OwnReset } from "./own_reset";
import type { PersonView } from "./people";
import { SessionStatus } from "./status_model";
import type { Place } from "./timeline_model";
import type { Shell, UpdateModel } from "./update";
import type { SessionUpdate } from "./update_model";

export interface ChatOptions {
  readonly context: Context;
  readonly dayOf: (time: number) => string;
  readonly authenticator: Authenticator;
  readonly deviceName: string;
  /** Fetches what is opened now and then. */
  readonly loadLater: () => Promise<typeof laterModels>;
  /** This device tells of what comes while nobody looks. */
  readonly alerting: boolean;
  readonly loadNotifier: () => Promise<Notifier>;
  readonly loadShell: () => Promise<Shell>;
  readonly lock: LockUse;
  /** They came in by a code just now. */
  readonly byCode: boolean;
  /** The secret of a link to join a group by, which this page was opened with. */
  readonly joining: string | undefined;
  /** The session has ended at the server. */
  readonly signedOut: (why: "signed_out" | "left") => Promise<void>;
}

/** The first screen comes first; then its files are kept on the device. */
const SHELL_AFTER_MS = 3_000;

/** Nothing where they were given shows that they were refused. */
const QUIET = new Set<AnyCommand["t"]>(["react", "mark", "star", "quiet_hours"]);

export class SessionChat implements ChatModel {
  readonly me: Derived<PersonView>;
  readonly locale: string | undefined;
  readonly mayInvite: boolean;
  readonly hasHours: boolean;
  readonly isClient: boolean;
  readonly mayStart: boolean;
  readonly status: SessionStatus;
  readonly toasts;
  readonly list: SessionConversationList;
  readonly conversation = new Observed<ConversationModel | undefined>(undefined);
  readonly offer = new Observed(false);
  readonly update = new Observed<UpdateModel | undefined>(undefined);
  readonly joining: string | undefined;
  readonly reset: OwnReset;
  private readonly options: ChatOptions;
  private readonly context: Context;
  private readonly marker: Marker;
  private readonly places = new Map<string, Place>();
  private current: OpenConversation | undefined;
  private alerts: SessionAlerts | undefined;
  /** What is opened now and then, once it was. */
  private opened: Later | undefined;
  private updates: SessionUpdate | undefined;
  private readonly ends: Cancel[];
  private ended = false;

  constructor(options: ChatOptions) {
    this.options = options;
    const { context } = options;
    const { session, book, soon, toasts } = context;
    this.context = context;
    this.marker = new Marker(context);
    this.locale = session.me.locale;
    this.mayInvite = mayInvite(session.me.person.role);
    this.hasHours = this.mayInvite;
    this.isClient = session.me.person.kind === "client";
    this.mayStart = !this.isClient;
    this.joining = options.joining;
    this.reset = new OwnReset(session.api);
    this.toasts = toasts;
    this.me = new Derived(() => book.me, soon);
    this.status = new SessionStatus(session, soon);
    this.list = new SessionConversationList(context);
    this.ends = [
      session.roster.changed.subscribe(this.me.touch),
      session.attendance.alarmed.subscribe((conv) => this.warn(conv)),
      session.dropped.subscribe(({ entry, refusal }) => {
        // The others show their trouble where they were made, while that is there.
        const unseen = entry.command.t === "complaint" && entry.conv !== this.current?.id;
        if (unseen || QUIET.has(entry.command.t)) toasts.failure(refusal.code, refusal.detail);
      }),
    ];
    this.ends.push(session.clock.after(SHELL_AFTER_MS, () => void this.keepShell()));
    if (this.isClient) {
      this.ends.push(session.selfChanged.subscribe(() => void this.reset.look()));
      void this.reset.look();
    }
    void context.rows.fetch();
    void this.considerOffer();
    // Without a line it begins when something is opened.
    if (options.alerting) this.later().catch(() => {});
  }

  /** What the firm is called now. */
  get firm(): string {
    return this.context.session.firm;
  }

  open(conversation: string, eventId?: string): void {
    if (this.current?.id === conversation) {
      if (eventId !== undefined) this.current.timeline.goTo(eventId);
      return;
    }
    this.leave();
    const { context, list, places } = this;
    this.marker.looked(conversation);
    // Who was looked for is found; further messages that were found stay at hand.
    if (eventId === undefined && list.state.get().query !== "") list.search("");
    this.current = new OpenConversation({
      id: conversation,
      context,
      list,
      dayOf: this.options.dayOf,
      loadLater: this.options.loadLater,
      place: places.get(conversation),
      leftAt: (place) => {
        places.set(conversation, place);
      },
    });
    this.conversation.set(this.current);
    void this.current.timeline.open(eventId);
  }

  reopen(conversation: string): void {
    const { roster } = this.context.session;
    const open = () => {
      if (!roster.loaded) return;
      stop();
      if (this.current === undefined && roster.conversations.has(conversation)) {
        this.open(conversation);
      }
    };
    const stop = roster.changed.subscribe(open);
    this.ends.push(stop);
    open();
  }

  /** Opens the first conversation that there is, now or as soon as there is one. */
  openFirst(): void {
    const { roster } = this.context.session;
    const open = () => {
      const [first] = roster.conversations.keys();
      if (first === undefined) return;
      stop();
      if (this.current === undefined) this.open(first);
    };
    const stop = roster.changed.subscribe(open);
    this.ends.push(stop);
    open();
  }

  openDirect(person: string): void {
    const { roster } = this.context.session;
    for (const conversation of roster.conversations.values()) {
      if (isWith(conversation, person, this.me.get().id)) {
        this.open(conversation.id);
        return;
      }
    }
    void this.startDirect(person);
  }

  async openOrigin(eventId: string): Promise<void> {
    try {
      const { conv, event_id } = await this.context.session.api.origin(eventId);
      this.open(conv, event_id);
    } catch (error) {
      const { code } = troubleOf(failureOf(error));
      this.toasts.failure(code === "no_such_message" ? "no_origin" : code);
    }
  }

  close(): void {
    this.leave();
    this.conversation.set(undefined);
  }

  lockNow(): void {
    this.options.lock.now();
  }

  /** Somebody speaks, and touches nothing. */
  get recording(): boolean {
    return this.current?.composer.isRecording ?? false;
  }

  idle(on: boolean): void {
    this.context.session.idle(on);
  }

  calls(): Readonly<Partial<Record<string, string>>> {
    return this.context.session.calls;
  }

  mark(conversation: string, wish: MarkWish): void {
    // Whoever wants to look again has looked away.
    if (wish.on && wish.mark === "unread" && this.current?.id === conversation) this.close();
    this.marker.mark(conversation, wish);
  }

  async later(): Promise<Later> {
    const { authenticator, deviceName, loadLater, loadNotifier, lock } = this.options;
    const [{ SessionLater, SessionAlerts }, notifier] = await Promise.all([
      loadLater(),
      loadNotifier(),
    ]);
    const open = (id: string) => {
      // Whoever goes to where they are goes on writing there.
      if (this.current?.id === id) this.current.composer.goOnWriting();
      this.open(id);
    };
    const item = (id: string) => this.list.item(id);
    this.alerts ??= new SessionAlerts(this.context, { notifier, item, open });
    const openDirect = (person: string) => this.openDirect(person);
    const { find, hitView } = this.list;
    const searchMessages = (query: string) => this.list.search(query);
    const follow = this.list.state.subscribe;
    const ways = { open, openDirect, searchMessages, find, follow, hitView };
    this.opened ??= new SessionLater(this.context, {
      authenticator,
      deviceName,
      lock,
      alerts: this.alerts,
      ...ways,
    });
    return this.opened;
  }

  closeOffer(forGood: boolean): void {
    this.offer.set(false);
    if (forGood) this.options.authenticator.decline();
  }

  async leaveFirm(): Promise<void> {
    try {
      await leaveFirm(this.context.session.api);
    } catch (error) {
      this.toasts.failure(troubleOf(failureOf(error)).code);
      return;
    }
    await this.options.signedOut("left");
  }

  async signOut(force: boolean): Promise<{ readonly done: boolean } | { readonly unsent: number }> {
    const { outbox, api } = this.context.session;
    const { unsent, refused } = outbox.count();
    if (!force && unsent + refused > 0) return { unsent: unsent + refused };
    try {
      await api.signOut();
    } catch (error) {
      const failure = failureOf(error);
      if (!sessionRefused(failure)) {
        this.toasts.failure(troubleOf(failure).code);
        return { done: false };
      }
    }
    await this.alerts?.leave();
    await this.options.signedOut("signed_out");
    return { done: true };
  }

  /** Ends the chat; nothing of it is used any more. */
  end(): void {
    this.leave();
    this.alerts?.end();
    this.updates?.end();
    this.ended = true;
    for (const end of this.ends.splice(0)) end();
  }

  /** Without a line now, the next visit does it. */
  private async keepShell(): Promise<void> {
    const { loadLater, loadShell } = this.options;
    const both = await Promise.all([loadLater(), loadShell()]).catch(() => undefined);
    if (both === undefined || this.ended) return;
    const [{ SessionUpdate }, shell] = both;
    const composer = () => this.current?.composer;
    const moved = this.conversation;
    const { roster } = this.context.session;
    this.ends.push(shell.pressed.subscribe((id) => roster.conversations.has(id) && this.open(id)));
    this.updates = new SessionUpdate(this.context, { shell, composer, moved });
    this.update.set(this.updates);
  }

  /** Nobody is offered what they have, or did not want. */
  private async considerOffer(): Promise<void> {
    const { authenticator, byCode } = this.options;
    if (!byCode || !this.isClient || !authenticator.available || authenticator.declined()) return;
    try {
      const { passkeys } = await this.context.session.api.passkeys();
      this.offer.set(passkeys.length === 0);
    } catch (error) {
      failureOf(error);
    }
  }

  /** One note of all who have waited too long; it leads to whoever has waited the longest. */
  private warn(conversation: string): void {
    const open = this.current?.id;
    if (conversation === open) return;
    const late = this.context.session.attendance.late().filter((id) => id !== open);
    const [first = conversation] = late;
    const name = this.list.item(first)?.name ?? "…";
    const values = { count: late.length, name };
    this.context.toasts.single("client_waits", values, () => this.open(first));
  }

  private leave(): void {
    this.current?.end();
    this.current = undefined;
  }

  private async startDirect(person: string): Promise<void> {
    const { session, toasts } = this.context;
    const id = newClientId(session.clock.now(), session.crypto);
    try {
      const created = await session.api.createConversation({
        id,
        kind: "direct",
        members: [person],
      });
      session.roster.learn(created);
      this.open(created.id);
    } catch (error) {
      const { code, detail } = troubleOf(failureOf(error));
      toasts.failure(code, detail);
    }
  }
}

/** Whether this is the direct conversation with a person: a client's is not one with a colleague. */
function isWith(conversation: Conversation, person: string, me: string): boolean {
  const { kind, members, relationship } = conversation;
  if (kind !== "direct") return false;
  if (relationship !== undefined && relationship.client !== me)
    return relationship.client === person;
  return members.some((member) => member.person === person);
}
