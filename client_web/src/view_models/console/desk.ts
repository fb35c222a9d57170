/** What every part of the console shares: the server, the names, and the end of the session. */
import { failureOf, sessionRefused } from "../../session/failures";
import type { Cancel, Clock } from "../../session/ports";
import type * as wire from "../../wire/types.gen";
import { listed } from "../bidi";
import { troubleOf } from "../context";
import { Observed } from "../observable";
import type { Trouble } from "../people";
import type { ConsoleApi } from "./ports";

/** Something to pick from a list. */
export interface Choice {
  readonly id: string;
  readonly name: string;
  readonly hint: string;
  readonly outside: boolean;
  /** What this person noted for themself. */
  readonly personal?: boolean;
}

/** Names to pick from and to show; no text of a message is in them. */
export interface Names {
  readonly people: readonly Choice[];
  readonly conversations: readonly Choice[];
  /** There are more conversations than the list has. */
  readonly more: boolean;
}

const LOOK_MS = 60_000;
const NONE: wire.ConversationChoices = { conversations: [], more: false };

export class Desk {
  readonly names = new Observed<Names>({ people: [], conversations: [], more: false });
  readonly trouble = new Observed<Trouble | undefined>(undefined);
  /** Open complaints that this officer's list has not shown yet. */
  readonly unread = new Observed(0);
  /** One-time links that somebody else used, as their owners say; nobody has closed these. */
  readonly linkReports = new Observed<readonly wire.LinkReport[]>([]);
  readonly api: ConsoleApi;
  private readonly sessionOver: (code: string) => void;
  private people: readonly wire.Person[] = [];

  constructor(api: ConsoleApi, sessionOver: (code: string) => void) {
    this.api = api;
    this.sessionOver = sessionOver;
  }

  /** Does it; returns what went wrong, if something did. */
  async attempt(work: () => Promise<void>): Promise<Trouble | undefined> {
    try {
      await work();
      return undefined;
    } catch (error) {
      const failure = failureOf(error);
      if (sessionRefused(failure)) this.sessionOver(failure.code);
      return troubleOf(failure);
    }
  }

  /** Fetches the names; without those of conversations for whoever may not see them. */
  async load(withConversations: boolean): Promise<void> {
    this.trouble.set(
      await this.attempt(async () => {
        const [directory, found] = await Promise.all([
          this.api.directory(),
          withConversations ? this.api.conversations() : NONE,
        ]);
        this.people = directory.people;
        this.names.set(namesOf(directory.people, found));
      }),
    );
  }

  /** Fetches what was reported of one-time links. */
  async lookForLinks(): Promise<void> {
    await this.attempt(async () => {
      this.linkReports.set((await this.api.linkReports()).reports);
    });
  }

  readonly closeLinkReport = async (id: string): Promise<void> => {
    await this.attempt(async () => this.api.closeLinkReport(id));
    await this.lookForLinks();
  };

  /** Counts unread complaints now and then, until the returned call; while it cannot, nothing changes. */
  watchComplaints(clock: Clock): Cancel {
    let stop: Cancel | undefined;
    let over = false;
    const look = async () => {
      await this.attempt(async () => {
        const { unread } = await this.api.complaintFigures();
        if (!over) this.unread.set(unread);
      });
      if (!over) stop = clock.after(LOOK_MS, () => void look());
    };
    void look();
    return () => {
      over = true;
      stop?.();
    };
  }

  /** Takes in conversations that the list did not reach to; returns them as choices. */
  learn(found: wire.ConversationChoices): readonly Choice[] {
    const names = this.names.get();
    const fresh = namesOf(this.people, found).conversations;
    const known = new Set(names.conversations.map(({ id }) => id));
    const more = fresh.filter(({ id }) => !known.has(id));
    if (more.length > 0) {
      this.names.set({ ...names, conversations: [...names.conversations, ...more] });
    }
    return fresh;
  }

  /** Somebody as they are now; a piece of the id, and as from outside, for those whom nobody knows. */
  personOf(person: string): Choice {
    const known = this.names.get().people.find(({ id }) => id === person);
    return known ?? { id: person, name: person.slice(0, 8), hint: "", outside: true };
  }

  nameOf(person: string): string {
    return this.personOf(person).name;
  }

  /** The names of people whose ids a record has, one after the other. */
  namesIn(people: string): string {
    return listed(people.split(" ").map((person) => this.nameOf(person)));
  }

  /** Whether anybody in it is or was from outside the firm, as far as the list knows. */
  reachesOutside(conversation: string): boolean {
    return this.names.get().conversations.some(({ id, outside }) => id === conversation && outside);
  }

  conversationName(conversation: string): string {
    const known = this.names.get().conversations.find(({ id }) => id === conversation);
    return known?.name ?? conversation.slice(0, 8);
  }
}

export function namesOf(people: readonly wire.Person[], found: wire.ConversationChoices): Names {
  const names = new Map(people.map(({ id, name }) => [id, name]));
  return {
    people: people.map(({ id, name, org, title, outside }) => ({
      id,
      name,
      hint: [title, org].filter(Boolean).join(", "),
      outside,
    })),
    conversations: found.conversations.map((one) => {
      const members = [...one.members, ...one.former].map((id) => names.get(id) ?? id.slice(0, 8));
      return {
        id: one.id,
        name: one.kind === "personal" ? `★ ${listed(members)}` : (one.title ?? listed(members)),
        hint: `${one.first_at.slice(0, 10)} – ${one.last_at.slice(0, 10)}`,
        outside: one.outside,
        personal: one.kind === "personal",
      };
    }),
    more: found.more,
  };
}
