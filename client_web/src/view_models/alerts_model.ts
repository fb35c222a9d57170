/** Tells of what comes while nobody looks, as far as the levels of the conversations let it through. */
import type { Conversation } from "../session/conversation";
import type { Cancel } from "../session/ports";
import type * as wire from "../wire/types.gen";
import type { AlertsModel, AlertsState, Notifier } from "./alerts";
import type { Context } from "./context";
import type { ConversationItem } from "./conversation_list";
import { Observed } from "./observable";
import { SessionPushes } from "./pushes";

/** By these somebody comes into a conversation of others. */
const BRINGS: ReadonlySet<string> = new Set<wire.AnyEvent["type"]>([
  "conversation.handed_over",
  "delegate.added",
  "delegate.started",
  "member.added",
]);

export interface AlertsOptions {
  readonly notifier: Notifier;
  readonly item: (conversation: string) => ConversationItem | undefined;
  readonly open: (conversation: string) => void;
}

export class SessionAlerts implements AlertsModel {
  readonly state: Observed<AlertsState>;
  private readonly context: Context;
  private readonly options: AlertsOptions;
  private readonly pushes: SessionPushes;
  /** The last message of each conversation that was looked at here or told of. */
  private known = new Map<string, number>();
  /** Those that are marked to be looked at. */
  private readonly marked = new Set<string>();
  private readonly ends: Cancel[];

  constructor(context: Context, options: AlertsOptions) {
    this.context = context;
    this.options = options;
    const { notifier } = options;
    const permission = notifier.permission();
    const { roster, quiet } = context.session;
    const wish = notifier.wish();
    this.pushes = new SessionPushes(context.session.api, notifier.pusher, wish);
    this.state = new Observed<AlertsState>({
      ...wish,
      permission,
      busy: false,
      quiet: quiet.hours,
      closed: undefined,
    });
    this.begin();
    this.ends = [
      roster.changed.subscribe((id) => (id === undefined ? this.begin() : this.changed(id))),
      quiet.changed.subscribe(() => this.change({ quiet: quiet.hours })),
      context.attention.subscribe(() => this.look()),
      this.pushes.state.subscribe(() => this.change({ closed: this.pushes.state.get() })),
      () => this.pushes.end(),
    ];
    this.look();
    void this.pushes.begin();
  }

  async turn(on: boolean): Promise<void> {
    const { notifier } = this.options;
    if (this.state.get().busy) return;
    this.change({ busy: true });
    if (on && notifier.permission() === "ask") await notifier.ask();
    const permission = notifier.permission();
    this.change({ busy: false, permission });
    if (!on || permission === "given") this.keep({ on });
  }

  close(on: boolean): Promise<void> {
    return this.pushes.turn(on);
  }

  /** The person signs out here. */
  leave(): Promise<void> {
    return this.pushes.turn(false);
  }

  name(named: boolean): void {
    this.keep({ named });
  }

  setQuiet(hours: wire.QuietHours | undefined): void {
    const { session, toasts } = this.context;
    const before = session.quiet.hours;
    session.quiet.set(hours);
    const back = () => session.quiet.set(before);
    toasts.note(hours === undefined ? "quiet_off" : "quiet_on", back);
  }

  end(): void {
    for (const end of this.ends.splice(0)) end();
    this.options.notifier.clear();
  }

  private keep(wish: { readonly on?: boolean; readonly named?: boolean }): void {
    this.change(wish);
    const { on, named } = this.state.get();
    this.options.notifier.keep({ on, named });
    void this.pushes.follow({ on, named });
  }

  private look(): void {
    if (this.context.attention.here()) this.options.notifier.clear();
  }

  /** What is there already is nothing new. */
  private begin(): void {
    const { conversations } = this.context.session.roster;
    const news = [...conversations.values()].map((one) => [one.id, one.last_msg_no] as const);
    this.known = new Map(news);
    for (const { id, marks } of conversations.values()) if (marks?.unread) this.marked.add(id);
  }

  private changed(id: string): void {
    const { session, attention, book } = this.context;
    const conversation = session.roster.conversations.get(id);
    const item = this.options.item(id);
    if (conversation === undefined || item === undefined) return;
    const before = this.known.get(id) ?? 0;
    this.known.set(id, conversation.last_msg_no);
    const brought = this.isBrought(conversation);
    const { on, named } = this.state.get();
    const author = conversation.preview && book.view(conversation.preview.actor);
    if (!on || this.isQuiet() || attention.here() || author === undefined || author.me) return;
    if (!brought && !isHeard(conversation, item, before)) return;
    const from = named ? author.name : undefined;
    const open = () => this.options.open(id);
    void this.options.notifier.show({ conversation: id, from, open });
  }

  /** Somebody just brought this person in: the server marked it, and that is the last of it. */
  private isBrought({ id, marks, preview }: Conversation): boolean {
    const before = this.marked.has(id);
    if (marks?.unread) this.marked.add(id);
    else this.marked.delete(id);
    return !before && marks?.unread === true && BRINGS.has(preview?.type ?? "");
  }

  /** Nothing is told of: it comes in, and is counted. */
  private isQuiet(): boolean {
    const { session, book } = this.context;
    return session.quiet.now() || book.me.status?.quiet === true;
  }

  private change(part: Partial<AlertsState>): void {
    this.state.set({ ...this.state.get(), ...part });
  }
}

/** Whether a message after `before` is unread, and let through by the conversation's level. */
export function isHeard(
  conversation: Pick<Conversation, "last_msg_no" | "mentioned">,
  item: Pick<ConversationItem, "unread" | "mutedUntil" | "mentionsOnly">,
  before: number,
): boolean {
  if (conversation.last_msg_no <= before || item.unread === 0) return false;
  return (
    item.mutedUntil === undefined || (item.mentionsOnly === true && calls(conversation, before))
  );
}

const calls = ({ mentioned = 0 }: Pick<Conversation, "mentioned">, before: number): boolean =>
  mentioned > before;
