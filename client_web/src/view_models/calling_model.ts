/** Offers the members of one conversation while an @ is typed. */
import { leads } from "../session/group";
import type { WireMention } from "../wire/types.gen";
import type { CallingModel, CallingState } from "./calling";
import type { Context } from "./context";
import { type Callable, meant, mentionsIn, type Typed, typedBefore } from "./mentions";

/** In a group of more members, ended accounts too, only its admins call everybody (server/onrecord/features/chat/mentions.py). */
const EVERYBODY_MOST = 20;

export class SessionCalling implements CallingModel {
  private readonly context: Context;
  private readonly conv: string;
  private readonly changed: () => void;
  private typed: (Typed & { readonly text: string; readonly caret: number }) | undefined;
  private active = 0;
  /** Where an @ was turned down. */
  private closedAt: number | undefined;

  constructor(context: Context, conv: string, changed: () => void) {
    this.context = context;
    this.conv = conv;
    this.changed = changed;
  }

  /** Undefined: nobody is called just now. */
  get state(): CallingState | undefined {
    const { typed } = this;
    if (typed === undefined || typed.at === this.closedAt) return undefined;
    const offers = meant(typed.query, this.callable());
    if (offers.length === 0) return undefined;
    const members = this.members().length + 1;
    return { offers, active: Math.min(this.active, offers.length - 1), members };
  }

  caret(text: string, caret: number): void {
    const typed = typedBefore(text, caret);
    const same = typed?.at === this.typed?.at && typed?.query === this.typed?.query;
    if (typed?.at !== this.closedAt) this.closedAt = undefined;
    if (!same) this.active = 0;
    this.typed = typed && { ...typed, text, caret };
    if (!same) this.changed();
  }

  stands(text: string, at: number): boolean {
    const now = typedBefore(text, at);
    return now !== undefined && now.at === this.typed?.at && now.query === this.typed.query;
  }

  move(by: 1 | -1): void {
    const { state } = this;
    if (state === undefined) return;
    const { length } = state.offers;
    this.active = (state.active + by + length) % length;
    this.changed();
  }

  take(everybody: string, at?: number) {
    const { state, typed } = this;
    if (state === undefined || typed === undefined) return undefined;
    const name = state.offers[at ?? state.active]?.name ?? everybody;
    const before = `${typed.text.slice(0, typed.at)}@${name} `;
    this.typed = undefined;
    this.changed();
    return { text: before + typed.text.slice(typed.caret), caret: before.length };
  }

  close(): void {
    this.closedAt = this.typed?.at;
    this.changed();
  }

  /** Whom a text calls, as it goes on the record. */
  in(text: string): { mentions?: WireMention[] } {
    const mentions = text.includes("@") ? mentionsIn(text, this.callable()) : [];
    return mentions.length === 0 ? {} : { mentions };
  }

  /** How many members a text calls by calling everybody; undefined: it does not. */
  all(text: string): number | undefined {
    const { mentions = [] } = this.in(text);
    const calls = mentions.some(({ person }) => person === undefined);
    return calls ? this.members().length : undefined;
  }

  private members(): readonly string[] {
    const { session } = this.context;
    const found = session.roster.conversations.get(this.conv)?.members ?? [];
    return found.map(({ person }) => person).filter((id) => id !== session.me.person.id);
  }

  private callable(): Callable {
    const { session, book } = this.context;
    const conversation = session.roster.conversations.get(this.conv);
    const others = this.members();
    const people = others.map((id) => book.view(id)).filter(({ active }) => active);
    const group = conversation?.kind === "group";
    const isThere = (id: string) => book.view(id).active;
    const small = others.length < EVERYBODY_MOST;
    const everybody = group && (small || leads(conversation, session.me.person, isThere));
    return { people, everybody };
  }
}
