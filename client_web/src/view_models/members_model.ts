/** Members of one conversation; changes go through the outbox like everything on the record. */

import { failureOf } from "../session/failures";
import { leads } from "../session/group";
import { hexOf, newClientId } from "../session/ids";
import type { Wish } from "../session/outbox";
import type { Cancel, Upload } from "../session/ports";
import { wireTime } from "../session/times";
import { sayable } from "../wire/blank";
import { utf8 } from "../wire/utf8";
import { type Context, troubleOf } from "./context";
import { Derived } from "./derived";
import {
  couldLead,
  type LinkView,
  type MembersModel,
  type MembersState,
  type MemberView,
} from "./members";
import type { Trouble } from "./people";
import { byName } from "./people_book";
import { pictureAt } from "./pictures";
import type { HistoryWish, Period } from "./relationship";
import { delegating, endingDelegation, handingOver, relationshipView } from "./relationship_model";

const TITLE_LENGTH = 200;
const DESCRIPTION_LENGTH = 1000;
const SECRET_BYTES = 32;
const DAY_MS = 86_400_000;
/** What is asked for in the details; refused, it is said there. */
const HERE = new Set(["members", "title", "group", "relationship"]);

export class SessionMembers implements MembersModel {
  readonly state: Derived<MembersState>;
  private readonly context: Context;
  private readonly conv: string;
  private query = "";
  private advisors = "";
  private trouble: Trouble | undefined;
  private unsaved: MembersState["unsaved"];
  private drawing = false;
  private newLink: { readonly secret: string; readonly hash: string } | undefined;
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
        const { command } = entry;
        if (entry.conv !== conv || !HERE.has(command.t)) return;
        if (command.t === "group" && command.hash === this.newLink?.hash) this.newLink = undefined;
        this.trouble = { code: refusal.code, detail: refusal.detail };
        this.unsaved = writtenIn(command) ?? this.unsaved;
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

  forgetUnsaved(): void {
    this.unsaved = undefined;
    this.state.update();
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

  async makeLink(days: number): Promise<void> {
    const { clock, clockAhead, crypto } = this.context.session;
    const secret = hexOf(crypto.random(new Uint8Array(SECRET_BYTES)));
    const hash = hexOf(await crypto.sha256(utf8(secret)));
    const until = wireTime(clock.now() - clockAhead + days * DAY_MS);
    this.newLink = { secret, hash };
    this.do({ t: "group", conv: this.conv, op: "link", hash, until });
  }

  endLink(): void {
    this.newLink = undefined;
    this.do({ t: "group", conv: this.conv, op: "unlink" });
  }

  setPicture(file: Upload): Promise<void> {
    return this.drawn(async (id) => {
      await this.context.session.api.setGroupPicture(this.conv, id, file);
    });
  }

  removePicture(): Promise<void> {
    return this.drawn((id) => this.context.session.api.removeGroupPicture(this.conv, id));
  }

  /** The event of it comes by itself. */
  private async drawn(work: (id: string) => Promise<void>): Promise<void> {
    if (this.drawing) return;
    const { clock, crypto } = this.context.session;
    this.drawing = true;
    this.trouble = undefined;
    this.state.update();
    try {
      await work(newClientId(clock.now(), crypto));
    } catch (error) {
      this.trouble = troubleOf(failureOf(error));
    }
    this.drawing = false;
    this.state.update();
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
    this.trouble = this.unsaved = undefined;
    void this.context.session.outbox.add(wish);
    this.state.touch();
  }

  private get conversation() {
    return this.context.session.roster.conversations.get(this.conv);
  }

  private compute(): MembersState {
    const { session, book } = this.context;
    const { conversation } = this;
    const inIt = conversation?.members ?? [];
    const members = inIt.filter(({ person }) => !book.awaits([person]));
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
    const inside = new Set(inIt.map(({ person }) => person));
    const outside = canChange ? book.find(this.query).filter(({ id }) => !inside.has(id)) : [];
    return {
      unsaved: this.unsaved,
      kind: conversation?.kind ?? "direct",
      title: conversation?.title,
      members: views.sort((a, b) => byName(a.person, b.person)),
      ended: conversation?.ended,
      canChange,
      description: conversation?.group?.description,
      adminsOnly: conversation?.group?.admins_only,
      id: this.conv,
      picture: pictureAt(conversation?.group?.picture),
      drawing: this.drawing,
      link: this.linkView(),
      newLink: this.linkIsMade() ? this.newLink?.secret : undefined,
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

  private linkView(): LinkView | undefined {
    const link = this.conversation?.group?.link;
    if (link === undefined) return undefined;
    const { clock, clockAhead } = this.context.session;
    const over = Date.parse(link.until) <= clock.now() - clockAhead;
    const { until, uses } = link;
    return { by: this.context.book.view(link.by), until, uses, over };
  }

  /** It opens nothing before it is on the record. */
  private linkIsMade(): boolean {
    const { outbox } = this.context.session;
    const making = outbox
      .in(this.conv)
      .some(({ entry: { command } }) => command.t === "group" && command.op === "link");
    return !making && this.conversation?.group?.link !== undefined;
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

/** What somebody wrote for a change, if they did. */
function writtenIn(command: Wish): MembersState["unsaved"] {
  if (command.t === "title") return { field: "title", text: command.title };
  if (command.t !== "group" || command.op !== "describe") return undefined;
  return { field: "description", text: command.text ?? "" };
}
