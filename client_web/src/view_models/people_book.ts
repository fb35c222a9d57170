/** People as views show them; the same object until something about a person changes. */
import { saidAt } from "../session/moments";
import type { Roster } from "../session/roster";
import type * as wire from "../wire/types.gen";
import { assuranceView } from "./assurance";
import type { PersonView } from "./people";
import { pictureAt } from "./pictures";
import { positionOf } from "./position";
import { personRank, ranked } from "./ranking";

export class PeopleBook {
  private readonly roster: Roster;
  private readonly myId: string;
  private readonly now: () => number;
  private readonly views = new Map<string, { person: wire.Person | undefined; view: PersonView }>();

  /** `now`: milliseconds since 1970. */
  constructor(roster: Roster, me: string, now: () => number) {
    this.roster = roster;
    this.myId = me;
    this.now = now;
  }

  get me(): PersonView {
    return this.view(this.myId);
  }

  view(id: string): PersonView {
    const person = this.roster.people.get(id);
    const online = this.roster.isOnline(id);
    const known = this.views.get(id);
    const said = saidAt(person ?? {}, this.now());
    if (
      known !== undefined &&
      known.person === person &&
      known.view.online === online &&
      known.view.status === said.status &&
      known.view.awayUntil === said.awayUntil
    ) {
      return known.view;
    }
    const view =
      person === undefined ? this.unknown(id) : { ...this.made(person, online), ...said };
    this.views.set(id, { person, view });
    return view;
  }

  /** Whether one of them came just now, and has no name for a moment: what names them waits. */
  awaits(people: readonly string[]): boolean {
    return people.some((id) => this.roster.awaited.has(id));
  }

  /** Whether somebody is one of those whom this person may know. */
  knows(id: string): boolean {
    return this.roster.people.has(id);
  }

  /** Whether one may begin with this client, or go on: one answers for them, or nobody does yet. */
  mayServe(client: string): boolean {
    return this.roster.people.get(client)?.unserved === true || this.clients().has(client);
  }

  /**
   * Active people other than oneself whose name, firm or position contains the words, the best first. Of clients
   * those whom one answers for, and those for whom nobody does yet, where one may begin: nobody else
   * starts anything with them (`not_your_client`).
   */
  find(query: string): readonly PersonView[] {
    const clients = this.clients();
    const people = [...this.roster.people.values()]
      .filter(({ id, active, kind }) => id !== this.myId && active !== false && kind !== "system")
      .filter(({ id, kind, unserved }) => kind !== "client" || unserved || clients.has(id))
      .map(({ id }) => this.view(id))
      .sort(byName);
    return ranked(people, (person) => personRank(query, person));
  }

  private clients(): ReadonlySet<string> {
    const found = [...this.roster.conversations.values()].flatMap(({ relationship, left }) => {
      if (relationship === undefined || left) return [];
      const { client, owner, delegates } = relationship;
      const stand = delegates.some(({ person, active }) => person === this.myId && active);
      return owner === this.myId || stand ? [client] : [];
    });
    return new Set(found);
  }

  private made(person: wire.Person, online: PersonView["online"]): PersonView {
    const { id, name, outside, org, kind, active, picture, assurance } = person;
    const by = this.roster.people.get(assurance?.confirmation?.by ?? "")?.name;
    const mine = id === this.myId;
    return {
      id,
      name,
      me: mine,
      outside,
      org,
      kind,
      ...positionOf(person),
      picture: pictureAt(picture),
      online,
      active: active ?? true,
      assurance: assurance === undefined || mine ? undefined : assuranceView(assurance, by),
    };
  }

  /** Somebody whose entry has not arrived yet, to the firm's people one from outside; or the service. */
  private unknown(id: string): PersonView {
    const system = id === "system";
    const ofFirm = this.roster.people.get(this.myId)?.outside === false;
    return {
      id,
      name: system ? "OnRecord" : "…",
      me: id === this.myId,
      outside: ofFirm && !system && id !== this.myId,
      org: "",
      kind: system ? "system" : "employee",
      online: false,
      active: true,
    };
  }
}

export function byName(a: PersonView, b: PersonView): number {
  return a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1);
}

/** Who from outside the firm reads along, other than oneself: their firms, or names without one. */
export function outsideNames(people: readonly PersonView[]): readonly string[] {
  const outside = people.filter((person) => person.outside && !person.me);
  return [...new Set(outside.map(({ org, name }) => (org === "" ? name : org)))];
}
