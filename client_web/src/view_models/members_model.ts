/** Members of one conversation; changes go through the outbox like everything on the record. */
import { leads } from "../session/group";
import type { Wish } from "../session/outbox";
import type { Cancel } from "../session/ports";
import { sayable } from "../wire/blank";
import type { Context } from "./context";
import { Derived } from "./derived";
import { couldLead, type MembersModel, type MembersState, type MemberView } from "./members";
import type { Trouble } from "./people";
import { byName } from "./people_book";
import type { HistoryWish, Period } from "./relationship";
import { delegating, endingDelegation, handingOver, relationshipView } from "./relationship_model";

const TITLE_LENGTH = 200;
const DESCRIPTION_LENGTH = 1000;
/** What is asked for in the details; refused, it is said there. */
const HERE = new Set(["members", "title", "group", "relationship"]);

export class SessionMembers implements MembersModel {
  readonly state: Derived<MembersState>;
  private readonly context: Context;
  private readonly conv: string;
  private query = "";
  private advisors = "";
  private trouble: Trouble | undefined;
  private readonly ends: Cancel[];

  constructor(context: Context, conv: string) {
    this.context = context;
    this.conv = conv;
    this.state = new Derived(() => this.compute(), context.soon);
    const { session } = context;
    this.ends = [
      session.roster.changed.subscribe(this.state.touch),
      session.outbox.changed.subscribe(this.state.touch),
      session.dropped.subscribe(({ entry, refusal }) => {
        if (entry.conv !== conv || !HERE.has(entry.command.t)) return;
        this.trouble = { code: refusal.code, detail: refusal.detail };
        this.state.touch();
      }),
    ];
  }

  close(): void {
    for (const end of this.ends.splice(0)) end();
  }

  search(query: string): void {
    this.query = query;
    this.state.update();
  }

  add(person: string, since?: string): void {
    const from = since === undefined ? {} : { since };
    this.do({ t: "members", conv: this.conv, op: "add", person, ...from });
  }

  share(person: string, since: string): void {
    this.do({ t: "members", conv: this.conv, op: "share", person, since });
  }

  remove(person: string): void {
    this.do({ t: "members", conv: this.conv, op: "remove", person });
  }

  leave(): void {
    this.do({ t: "members", conv: this.conv, op: "leave" });
  }

  rename(title: string): void {
    const clean = [...sayable(title)].slice(0, TITLE_LENGTH).join("");
    if (clean === "" || clean === this.conversation?.title) return;
    this.do({ t: "title", conv: this.conv, title: clean });
  }

  describe(text: string): void {
    const clean = [...sayable(text)].slice(0, DESCRIPTION_LENGTH).join("");
    if (clean === (this.conversation?.group?.description ?? "")) return;
    this.do({ t: "group", conv: this.conv, op: "describe", text: clean });
  }

  setAdmin(person: string, on: boolean): void {
    this.do({ t: "group", conv: this.conv, op: "admin", person, on });
  }

  setAdminsOnly(on: boolean): void {
    this.do({ t: "group", conv: this.conv, op: "posting", on });
  }

  leaveTo(person: string): void {
    this.setAdmin(person, true);
    this.leave();
  }

  searchAdvisors(query: string): void {
    this.advisors = query;
    this.state.update();
  }

  handOver(person: string, history: HistoryWish): void {
    this.do(handingOver(this.conv, person, history));
  }

  delegate(person: string, history: HistoryWish, period: Period): void {
    this.do(delegating(this.conv, person, history, period));
  }

  endDelegation(person: string): void {
    const wish = endingDelegation(this.conv, this.conversation?.relationship, person);
    if (wish !== undefined) this.do(wish);
  }

  private do(wish: Wish): void {
    this.trouble = undefined;
    void this.context.session.outbox.add(wish);
    this.state.touch();
  }

  private get conversation() {
    return this.context.session.roster.conversations.get(this.conv);
  }

  private compute(): MembersState {
    const { session, book } = this.context;
    const { conversation } = this;
    const members = conversation?.members ?? [];
    const group = conversation?.kind === "group" && !conversation.left;
    const isThere = (person: string) => book.view(person).active;
    const canChange = group && leads(conversation, session.me.person, isThere);
    const admins = new Set(conversation?.group?.admins);
    const others = [...admins].filter((admin) => admin !== session.me.person.id && isThere(admin));
    const busy = this.busy();
    const views: MemberView[] = members.map(({ person, joined_at }) => ({
      person: book.view(person),
      joinedAt: joined_at,
      admin: admins.has(person),
      busy: busy.has(person),
    }));
    const inside = new Set(members.map(({ person }) => person));
    const outside = canChange ? book.find(this.query).filter(({ id }) => !inside.has(id)) : [];
    return {
      kind: conversation?.kind ?? "direct",
      title: conversation?.title,
      members: views.sort((a, b) => byName(a.person, b.person)),
      canChange,
      description: conversation?.group?.description,
      adminsOnly: conversation?.group?.admins_only,
      lastAdmin:
        group &&
        admins.has(session.me.person.id) &&
        others.length === 0 &&
        views.some(({ person }) => !person.me && couldLead(person)),
      canLeave: group,
      query: this.query,
      candidates: outside.filter(({ id }) => !busy.has(id)),
      relationship: conversation && relationshipView(this.context, conversation, this.advisors),
      trouble: this.trouble,
    };
  }

  /** Whom a change on its way concerns. */
  private busy(): ReadonlySet<string> {
    const { outbox, me } = this.context.session;
    return new Set(
      outbox.in(this.conv).flatMap(({ entry: { command } }) => {
        if (command.t === "group") return command.person === undefined ? [] : [command.person];
        if (command.t !== "members") return [];
        return [command.person ?? me.person.id];
      }),
    );
  }
}
