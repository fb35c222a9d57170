/** Everybody and every conversation that this person knows of, kept current by events. */
import type * as wire from "../wire/types.gen";
import { after, begun, type Conversation, counted, summaryOf } from "./conversation";
import { isPersonal, noted, type PersonalEvent } from "./marks";
import { Signal } from "./signal";

/** The server is asked for a conversation; `since` are the events that came meanwhile. */
export interface Question {
  readonly conv: string;
  readonly since: wire.AnyEvent[];
}

type People = Map<string, wire.Person>;
/** What is told of people while the server is asked for all of them. */
export type PeopleQuestion = ((people: People) => void)[];

/** Who speaks for nobody in particular; known without a word of the server. */
const SERVICE = "system";
/** Members of a conversation that is not known yet, as long as the server has not said. */
const UNSEEN = 50;

export class Roster {
  /** With the id of the conversation that changed; undefined: people, or everything. */
  readonly changed = new Signal<string | undefined>();
  /** The server must be asked for this conversation: it is new here, or can't be counted. */
  readonly wanted = new Signal<string>();
  /** An event named somebody who is not known; with how many hear of it at once. */
  readonly stranger = new Signal<number>();
  /** Whom an event named first just now, until the server has said who they are. */
  readonly awaited = new Set<string>();
  /** Whom it was asked for. */
  private readonly askedFor = new Set<string>();
  private readonly me: string;
  private persons: People = new Map();
  private readonly askedPeople = new Set<PeopleQuestion>();
  private known = new Map<string, Conversation>();
  /** Questions that the server has not answered yet. */
  private readonly asked = new Set<Question>();
  private online = new Map<string, true | "away">();
  private filled = false;

  /** *people*: who is known before anything is loaded. */
  constructor(me: string, people: readonly wire.Person[] = []) {
    this.me = me;
    for (const person of people) this.persons.set(person.id, person);
  }

  /** Whether anything is known, from the cache or the server. */
  get loaded(): boolean {
    return this.filled;
  }

  get people(): ReadonlyMap<string, wire.Person> {
    return this.persons;
  }

  get conversations(): ReadonlyMap<string, Conversation> {
    return this.known;
  }

  /** away: connected, and nobody has touched a device of theirs for a while. */
  isOnline(person: string): boolean | "away" {
    return this.online.get(person) ?? false;
  }

  /** Takes everything anew, from the server or from what was kept. */
  load(people: readonly wire.Person[], conversations: readonly wire.Conversation[]): void {
    this.persons = new Map(people.map((person) => [person.id, person]));
    this.known = new Map(conversations.map((each) => [each.id, counted(each)]));
    this.asked.clear();
    this.askedPeople.clear();
    this.filled = true;
    this.changed.emit(undefined);
  }

  /** Begins to note what is told of people while the server is asked for all of them. */
  askPeople(): PeopleQuestion {
    const question: PeopleQuestion = [];
    this.askedPeople.add(question);
    return question;
  }

  /** Takes the server's answer, and again what was told since it was asked; undefined: no answer. */
  answeredPeople(question: PeopleQuestion, people: readonly wire.Person[] | undefined): void {
    this.awaited.clear();
    if (!this.askedPeople.delete(question)) return;
    if (people === undefined) {
      this.changed.emit(undefined);
      return;
    }
    const next: People = new Map(people.map((person) => [person.id, person]));
    for (const news of question) news(next);
    this.setPeople(next);
  }

  /** Takes in somebody as they are seen now. */
  meet(person: wire.Person): void {
    this.told((people) => people.set(person.id, person));
  }

  /** Asks for those of these people who are not known; `hearers`: how many ask at once. */
  expect(people: readonly string[], hearers: number): void {
    const strangers = people.filter((person) => !this.persons.has(person) && person !== SERVICE);
    for (const person of strangers) {
      if (!this.askedFor.has(person)) this.awaited.add(person);
      this.askedFor.add(person);
    }
    if (strangers.length > 0) this.stranger.emit(hearers);
  }

  setOnline(people: readonly string[]): void {
    this.online = new Map(people.map((person) => [person, true]));
    this.changed.emit(undefined);
  }

  apply(event: wire.AnyEvent): void {
    for (const { conv, since } of this.asked) if (conv === event.conv) since.push(event);
    const before = this.known.get(event.conv) ?? this.firstSight(event);
    this.expect(peopleOf(event), before?.members.length ?? UNSEEN);
    if (event.type === "assurance.changed") this.assure(event);
    // Who shares no conversation any more is not told of either.
    if (event.type === "member.left" && event.ended) this.online.delete(event.actor);
    if (before === undefined) return;
    const { next, uncounted } = after(before, event, this.me);
    this.put(next);
    if (uncounted) this.wanted.emit(event.conv);
  }

  /** Takes in an event of this person's own stream. */
  note(event: PersonalEvent): void {
    for (const { conv, since } of this.asked) if (conv === event.conversation) since.push(event);
    const before = this.known.get(event.conversation);
    if (before !== undefined) this.put(noted(before, event));
  }

  private assure({ person, assurance }: wire.AssuranceChanged): void {
    this.told((people) => {
      const known = people.get(person);
      if (known !== undefined) people.set(person, { ...known, assurance });
    });
  }

  private told(news: (people: People) => void): void {
    for (const question of this.askedPeople) question.push(news);
    const people = new Map(this.persons);
    news(people);
    this.setPeople(people);
  }

  private setPeople(people: People): void {
    const before = this.persons;
    const moved = (person: string) => before.get(person)?.outside !== people.get(person)?.outside;
    this.persons = people;
    this.known = new Map(
      [...this.known].map(([id, each]) => {
        // Who has come to or left the firm makes the server's word an old one.
        const isOld = each.members.some(({ person }) => before.has(person) && moved(person));
        return [id, this.marked(isOld ? { ...each, outside: undefined } : each)];
      }),
    );
    this.changed.emit(undefined);
  }

  presence(item: wire.PresenceNow): void {
    const before = this.online.get(item.person);
    const now = item.state === "away" ? "away" : item.state === "online" || undefined;
    if (now === before) return;
    if (now === undefined) this.online.delete(item.person);
    else this.online.set(item.person, now);
    this.changed.emit(undefined);
  }

  /** Begins to note what comes while the server is asked for a conversation. */
  ask(conv: string): Question {
    const question: Question = { conv, since: [] };
    this.asked.add(question);
    return question;
  }

  /** Takes the server's answer, and again what came since it was asked; undefined: no answer. */
  answered(question: Question, summary: wire.Conversation | undefined): void {
    // After the lists were loaded anew, an older answer is of no use.
    if (!this.asked.delete(question) || summary === undefined) return;
    let next = counted(summary);
    let open = false;
    for (const event of question.since) {
      if (isPersonal(event)) {
        next = noted(next, event);
        continue;
      }
      const step = after(next, event, this.me);
      next = step.next;
      open ||= step.uncounted;
    }
    this.put(next);
    if (open) this.wanted.emit(question.conv);
  }

  /** Takes in what the server says of a conversation, unless newer events have come here. */
  learn(summary: wire.Conversation): void {
    const { last_seq = -1 } = this.known.get(summary.id) ?? {};
    if (summary.last_seq >= last_seq) this.put(counted(summary));
  }

  /** For keeping on the device. */
  summaries(): readonly wire.Conversation[] {
    return [...this.known.values()].map(summaryOf);
  }

  private firstSight(event: wire.AnyEvent): Conversation | undefined {
    if (event.type === "conversation.created") {
      // Whether it is one with a client, and whose, the server knows.
      if (event.kind === "direct") this.wanted.emit(event.conv);
      return begun(event);
    }
    const asked = [...this.asked].some(({ conv }) => conv === event.conv);
    if (!asked) this.wanted.emit(event.conv);
    return undefined;
  }

  private put(conversation: Conversation): void {
    const before = this.known.get(conversation.id);
    if (before === conversation) return;
    this.known.set(conversation.id, this.marked(conversation));
    this.expectMembers(conversation, before);
    this.changed.emit(conversation.id);
  }

  /** Also those who were there before this person, or came while nothing was heard of it. */
  private expectMembers({ members }: Conversation, before: Conversation | undefined): void {
    if (before?.members === members) return;
    const met = new Set(before?.members.map(({ person }) => person));
    const people = members.map(({ person }) => person);
    // Whom an event named has been asked for.
    const isNew = (person: string) => !met.has(person) && !this.askedFor.has(person);
    this.expect(people.filter(isNew), members.length);
  }

  /** Where the server has not said it of these members, it follows from them once all are known. */
  private marked(conversation: Conversation): Conversation {
    if (conversation.outside !== undefined) return conversation;
    const known = conversation.members.map(({ person }) => this.persons.get(person)?.outside);
    if (known.includes(true)) return { ...conversation, outside: true };
    return known.includes(undefined) ? conversation : { ...conversation, outside: false };
  }
}

function peopleOf(event: wire.AnyEvent): readonly string[] {
  switch (event.type) {
    case "conversation.created":
      return event.members;
    case "member.added":
    case "delegate.added":
    case "delegate.started":
    case "assurance.changed":
      return [event.person];
    case "conversation.handed_over":
      return [event.successor];
    case "conversation.uncovered":
      return [event.former];
    case "positions":
      return [];
    default:
      return [event.actor];
  }
}
