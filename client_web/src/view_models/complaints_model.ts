/** Complaints of one conversation; they go through the outbox like everything on the record. */
import type { Conversation } from "../session/conversation";
import type { OutboxEntry, Refusal } from "../session/outbox_entry";
import type { Cancel } from "../session/ports";
import { sayable } from "../wire/blank";
import type { Complaint } from "../wire/types.gen";
import type { ComplaintForm, ComplaintsModel, ComplaintsState, ComplaintView } from "./complaints";
import { MOST_WORDS } from "./complaints";
import type { Context } from "./context";
import { Derived } from "./derived";
import type { Trouble } from "./people";

/** What is remembered of the form; the text is a draft on the device. */
interface Form {
  readonly target: string | undefined;
  readonly category: string | undefined;
  /** Present: given to the outbox, with the event that it becomes, once that is known. */
  readonly sent: { readonly text: string; readonly event: string | undefined } | undefined;
  readonly trouble: Trouble | undefined;
}

export class SessionComplaints implements ComplaintsModel {
  readonly state: Derived<ComplaintsState>;
  private readonly context: Context;
  private readonly conv: string;
  private form: Form | undefined;
  private readonly ends: Cancel[];

  constructor(context: Context, conv: string) {
    this.context = context;
    this.conv = conv;
    this.state = new Derived(() => this.compute(), context.soon);
    const { session } = context;
    this.ends = [
      session.roster.changed.subscribe((changed) => {
        if (changed === undefined || changed === conv) this.state.touch();
      }),
      session.outbox.changed.subscribe(this.state.touch),
      session.statusChanged.subscribe(this.state.touch),
      session.dropped.subscribe(({ entry, refusal }) => {
        if (entry.conv === conv) this.refused(entry, refusal);
      }),
    ];
  }

  end(): void {
    for (const end of this.ends.splice(0)) end();
  }

  begin(target?: string): void {
    this.set({ target, category: undefined, sent: undefined, trouble: undefined });
  }

  choose(category: string): void {
    this.change({ category, trouble: undefined });
  }

  write(text: string): void {
    if (this.form === undefined) return;
    const kept = [...text].slice(0, MOST_WORDS).join("");
    this.context.session.drafts.set(this.draftOf(this.form.target), kept);
    this.change({ trouble: undefined });
  }

  file(language: "en" | "pl"): void {
    const { form } = this;
    if (form === undefined || form.sent !== undefined || form.category === undefined) return;
    const { target, category } = form;
    const text = sayable(this.textOf(target));
    if (text === "" || otherClientReads(this.context, this.conv)) return;
    const about = target === undefined ? {} : { target };
    const said = { op: "file" as const, category, locale: language, text, ...about };
    const { drafts, outbox } = this.context.session;
    this.change({ sent: { text, event: undefined }, trouble: undefined });
    // The outbox keeps it from here on; refused, it becomes a draft again.
    drafts.set(this.draftOf(target), "");
    void outbox.add({ t: "complaint", conv: this.conv, ...said }).then(({ eventId }) => {
      if (this.form?.sent !== undefined && this.form.target === target) {
        this.change({ sent: { text, event: eventId } });
      }
    });
  }

  close(): void {
    this.set(undefined);
  }

  answer(id: string, note: string): void {
    this.finish("answer", id, note);
  }

  withdraw(id: string, note: string): void {
    this.finish("withdraw", id, note);
  }

  private finish(op: "answer" | "withdraw", complaint: string, note: string): void {
    const clean = sayable(note);
    const text = clean === "" ? {} : { text: clean };
    void this.context.session.outbox.add({
      t: "complaint",
      conv: this.conv,
      op,
      complaint,
      ...text,
    });
  }

  /** The words are still there: the form says why, and they can be given again. */
  private refused({ command }: OutboxEntry, { code, detail }: Refusal): void {
    if (command.t !== "complaint") return;
    if (command.op !== "file") {
      this.context.toasts.failure(code, detail);
      return;
    }
    const { target, category } = command;
    this.context.session.drafts.set(this.draftOf(target), command.text ?? "");
    this.set({ target, category, sent: undefined, trouble: { code, detail } });
  }

  private set(form: Form | undefined): void {
    this.form = form;
    this.state.update();
  }

  private change(patch: Partial<Form>): void {
    if (this.form !== undefined) this.set({ ...this.form, ...patch });
  }

  private draftOf(target: string | undefined): string {
    return `${this.conv} complaint ${target ?? ""}`;
  }

  private textOf(target: string | undefined): string {
    return this.context.session.drafts.get(this.draftOf(target));
  }

  private compute(): ComplaintsState {
    const { session } = this.context;
    const conversation = session.roster.conversations.get(this.conv);
    const offered = session.complaints;
    const known = conversation?.complaints ?? [];
    const open = known.filter(({ state }) => state === "open");
    const closed = known.filter(({ state }) => state !== "open");
    return {
      possible: mayComplain(this.context, conversation),
      canMarkAll: !open.some(({ target }) => target === undefined),
      client: session.me.person.kind === "client",
      clientReads:
        conversation !== undefined && !conversation.ended && clientsIn(session, conversation) > 0,
      days: offered?.days ?? 0,
      working: offered?.working ?? false,
      categories: offered?.categories ?? [],
      list: [...open, ...closed.toReversed()].map((each) => this.view(each, conversation)),
      form: this.form && this.formOf(this.form, known),
    };
  }

  private formOf(form: Form, known: readonly Complaint[]): ComplaintForm {
    const { target, category, sent, trouble } = form;
    const filed = known.find(({ id }) => id === sent?.event);
    if (filed !== undefined) {
      const { reference, due } = filed;
      return { target, category, text: "", step: "done", held: false, reference, due };
    }
    const row =
      target === undefined
        ? undefined
        : this.context.session.timelines.use(this.conv).timeline.get(target);
    const quote = row?.type === "message.sent" ? row.text : undefined;
    const step = sent === undefined ? "writing" : "sending";
    const text = sent?.text ?? this.textOf(target);
    // Whoever came while it was being written would read it: the words stay, and it says why.
    const readAlong = step === "writing" && otherClientReads(this.context, this.conv);
    const why = readAlong ? { code: "other_client_reads" } : trouble;
    return { target, quote, category, text, step, held: readAlong, trouble: why };
  }

  private view(complaint: Complaint, conversation: Conversation | undefined): ComplaintView {
    const { session, book } = this.context;
    const me = session.me.person;
    const open = complaint.state === "open" && conversation?.left === false;
    const theirs = complaint.person === me.id || conversation?.relationship?.client === me.id;
    const { id, reference, category, about, at, due, state, closed_at } = complaint;
    return {
      id,
      reference,
      category,
      about,
      person: book.view(complaint.person),
      at,
      due,
      state,
      overdue: open && Date.parse(due) < session.clock.now() - session.clockAhead,
      closedAt: closed_at,
      canAnswer: open && ANSWERING.has(me.role),
      canWithdraw: open && theirs,
      busy: this.ending(id),
    };
  }

  private ending(id: string): boolean {
    return this.context.session.outbox
      .in(this.conv)
      .some(({ entry: { command } }) => command.t === "complaint" && command.complaint === id);
  }
}

/** Who says for the firm that a complaint was answered (the server has the last word). */
const ANSWERING = new Set(["employee", "advisor"]);

/** Whether this person can mark something here as a complaint. */
export function mayComplain({ session }: Context, conversation: Conversation | undefined): boolean {
  if (conversation === undefined || conversation.left) return false;
  const { person } = session.me;
  if (session.complaints === undefined) return false;
  const clients = clientsIn(session, conversation);
  if (clients > 1) return false;
  if (person.kind === "client") return true;
  const withClient = conversation.relationship !== undefined || clients === 1;
  return withClient && ANSWERING.has(person.role);
}

/** Another client would read it (features/complaints/events.py, `other_client_reads`). */
function otherClientReads({ session }: Context, conv: string): boolean {
  const conversation = session.roster.conversations.get(conv);
  return conversation !== undefined && clientsIn(session, conversation) > 1;
}

function clientsIn({ roster }: Context["session"], { members }: Conversation): number {
  return members.filter(({ person }) => roster.people.get(person)?.kind === "client").length;
}
