/** Accounts, for administrators: who there is, who is let in, and by what. */

import type { Cancel, Clock, Upload } from "../../session/ports";
import { wireTime } from "../../session/times";
import type * as wire from "../../wire/types.gen";
import { Observed } from "../observable";
import { OwnHours } from "../own_hours_model";
import type { Trouble } from "../people";
import { type PositionField, positionTexts } from "../position";
import { matches } from "../words";
import type { Desk } from "./desk";
import type { Place } from "./place";
import type { Given } from "./ports";

export interface AccountsState {
  readonly all?: readonly wire.Account[] | undefined;
  /** The firm that employees belong to. */
  readonly org: string;
  readonly query: string;
  readonly open?: wire.Account | undefined;
  readonly sessions?: readonly wire.OpenSession[] | undefined;
  /** What waits for a second administrator. */
  readonly requests: readonly wire.ApprovalRequest[];
  readonly tokens?: readonly wire.Access[] | undefined;
  /** The clients that the open account answers or stands in for. */
  readonly served?: readonly wire.ServedClient[] | undefined;
  /** Of an account that has ended: what it leaves. */
  readonly leftOpen?: wire.LeftOpen | undefined;
  /** Who left clients or bots that nobody takes over; undefined: not known yet. */
  readonly uncovered?: wire.Leavers | undefined;
  /** People of the firm whom the one added just now could be taken for. */
  readonly alike?: readonly string[] | undefined;
  /** For what their organisation could be taken, the firm first. */
  readonly orgAlike?: readonly string[] | undefined;
  /** Made just now; shown once. */
  readonly link?: wire.MadeLink | undefined;
  /** What was done last, as a key of its sentence. */
  readonly done?: Done | undefined;
  readonly busy: boolean;
  /** The list could not be fetched. */
  readonly trouble?: Trouble | undefined;
  /** The last change was refused. */
  readonly refusal?: Trouble | undefined;
  /** The last change was of what waits, and is told there. */
  readonly answered: boolean;
}

export type Done =
  | "added"
  | "role_waits"
  | "deactivated"
  | "activated"
  | "revoked"
  | "passed"
  | "succeeded"
  | "signed_out"
  | "position"
  | "changed"
  | "waiting"
  | "approved"
  | "declined"
  | "withdrawn"
  | "picture"
  | "picture_removed"
  | "signed_out_everywhere";

/** A form for somebody new; what is empty is left out. */
export interface NewFields {
  readonly name: string;
  readonly role: wire.NewAccount["role"];
  readonly locale: string;
  /** A client's; everybody else's is the firm. */
  readonly org: string;
  readonly optional: Readonly<
    Partial<Record<"username" | "mail" | "phone" | "advisor" | PositionField, string>>
  >;
}

/** A change of who answers for a client; a day is YYYY-MM-DD, here. */
export interface Passing {
  readonly op: "hand_over" | "delegate" | "end";
  readonly person: string;
  readonly until?: string;
}

/** What is done with what waits: a request, or clients without an advisor. */
const ANSWERS: readonly Done[] = ["approved", "declined", "withdrawn", "succeeded"];
const LOOKS = 20;
const LOOK_MS = 500;
const FRESH = {
  link: undefined,
  alike: undefined,
  orgAlike: undefined,
  done: undefined,
  refusal: undefined,
};

export class AccountList {
  readonly state: Observed<AccountsState>;
  private readonly desk: Desk;
  private readonly person: string | undefined;
  private readonly go: (place: Place) => void;
  private readonly clock: Clock;
  private looking: Cancel | undefined;
  private closed = false;

  constructor(desk: Desk, clock: Clock, person: string | undefined, go: (place: Place) => void) {
    this.desk = desk;
    this.clock = clock;
    this.person = person;
    this.go = go;
    this.state = new Observed<AccountsState>({
      org: "",
      query: "",
      requests: [],
      busy: false,
      answered: false,
    });
  }

  readonly load = async (): Promise<void> => {
    const trouble = await this.desk.attempt(() => this.refresh());
    this.change({ trouble });
  };

  /** Ends what goes on by itself; to be called when its page is left. */
  close(): void {
    this.closed = true;
    this.looking?.();
  }

  readonly search = (query: string): void => this.change({ query });

  readonly choose = (person: string | undefined): void => this.go({ kind: "people", person });

  /** Adds somebody and makes their first link; a role that two give waits for them. */
  readonly add = (fields: NewFields): Promise<boolean> =>
    this.doing(needsMeeting(fields.role) ? "role_waits" : "added", async () => {
      const { api } = this.desk;
      const added = await api.addAccount(asked(fields, this.state.get().org));
      this.change(likenessOf(added));
      const made = await api.makeLink(added.id, { place: usualPlace(added.role) });
      if ("done" in made) this.change({ link: made.done });
      await this.refresh();
      return made;
    });

  readonly makeLink = (place: "chat" | "console"): Promise<boolean> =>
    this.doing(undefined, async (person) => {
      const made = await this.desk.api.makeLink(person, { place });
      if ("done" in made) this.change({ link: made.done });
      else await this.refresh();
      return made;
    });

  readonly changeAccount = (body: wire.ChangeAccount): Promise<boolean> =>
    this.doing("changed", async (person) => {
      const made = await this.desk.api.changeAccount(person, body);
      if ("done" in made) this.change(likenessOf(made.done));
      await this.refresh();
      return made;
    });

  /**
   * Approves what another administrator asked for; a link that it makes is shown once. `code`: of a
   * role that waits for its person, what they read out.
   */
  readonly approve = (request: string, code?: string): Promise<boolean> =>
    this.doing("approved", async () => {
      const { link } = await this.desk.api.approve(request, code === undefined ? {} : { code });
      this.change({ link });
      await this.refresh();
    });

  readonly decline = (request: string): Promise<boolean> =>
    this.doing("declined", async () => {
      await this.desk.api.decline(request);
      await this.refresh();
    });

  readonly withdraw = (request: string): Promise<boolean> =>
    this.doing("withdrawn", async () => {
      await this.desk.api.withdraw(request);
      await this.refresh();
    });

  readonly deactivate = (successor: string | undefined): Promise<boolean> =>
    this.doing("deactivated", async (person) => {
      await this.desk.api.deactivate(person, successor === undefined ? {} : { successor });
      await this.refresh();
      this.lookAgain(LOOKS);
    });

  /** Has somebody take over all clients that another one left. */
  readonly succeed = (leaver: string, successor: string): Promise<boolean> =>
    this.doing("succeeded", async () => {
      await this.desk.api.nameSuccessor(leaver, { successor });
      await this.refresh();
      this.lookAgain(LOOKS);
    });

  /** Has somebody take over one conversation that its advisor left. */
  readonly succeedIn = (conversation: string, person: string): Promise<boolean> =>
    this.doing("succeeded", async () => {
      await this.desk.api.changeRelationship(conversation, { op: "hand_over", person });
      await this.refresh();
    });

  /** Clients pass to the successor once that is on the record, a moment after the account's end. */
  private lookAgain(looks: number): void {
    if (this.closed || looks === 0 || !serves(this.state.get())) return;
    this.looking = this.clock.after(LOOK_MS, () => {
      void this.desk.attempt(() => this.refresh()).then(() => this.lookAgain(looks - 1));
    });
  }

  /** Hands a client over, lets somebody stand in (reading everything), or ends that. */
  readonly pass = (conversation: string, { op, person, until }: Passing): Promise<boolean> =>
    this.doing("passed", async () => {
      const ends = until === undefined ? {} : { ends: endOf(until) };
      await this.desk.api.changeRelationship(conversation, { op, person, ...ends });
      await this.refresh();
    });

  readonly activate = (): Promise<boolean> =>
    this.doing("activated", async (person) => {
      const made = await this.desk.api.activate(person);
      await this.refresh();
      return made;
    });

  readonly setPosition = (position: wire.Position): Promise<boolean> =>
    this.doing("position", async (person) => {
      await this.desk.api.setPosition(person, position);
      await this.refresh();
    });

  readonly setPicture = (file: Upload): Promise<boolean> =>
    this.doing("picture", async (person) => {
      await this.desk.api.setPictureOf(person, file);
      await this.refresh();
    });

  readonly removePicture = (): Promise<boolean> =>
    this.doing("picture_removed", async (person) => {
      await this.desk.api.removePictureOf(person);
      await this.refresh();
    });

  /** Their own hours and absence. */
  readonly hours = (person: string): OwnHours => {
    const { api } = this.desk;
    return new OwnHours(
      {
        get: () => api.hoursOf(person),
        set: (body) => api.setHoursOf(person, body),
        leave: (body) => api.setAwayOf(person, body),
        back: () => api.endAwayOf(person),
      },
      (work) => this.desk.attempt(work),
    );
  };

  readonly endSession = (session: string): Promise<boolean> =>
    this.doing("signed_out", async (person) => {
      await this.desk.api.endSession(person, session);
      await this.refresh();
    });

  readonly endSessions = (): Promise<boolean> =>
    this.doing("signed_out_everywhere", async (person) => {
      await this.desk.api.endSessions(person);
      await this.refresh();
    });

  readonly revoke = (token: string): Promise<boolean> =>
    this.doing("revoked", async () => {
      await this.desk.api.revokeToken(token);
      await this.refresh();
    });

  /** One change at a time; true: it was made. */
  private async doing(
    done: Done | undefined,
    // biome-ignore lint/suspicious/noConfusingVoidType: most changes have nothing to say
    work: (person: string) => Promise<Given<unknown> | void>,
  ): Promise<boolean> {
    if (this.state.get().busy) return false;
    const answered = done !== undefined && ANSWERS.includes(done);
    this.change({ ...FRESH, answered, busy: true });
    let said = done;
    const refusal = await this.desk.attempt(async () => {
      const made = await work(this.person ?? "");
      if (made !== undefined && "waits" in made) said = "waiting";
    });
    this.change({ busy: false, refusal, done: refusal === undefined ? said : undefined });
    return refusal === undefined;
  }

  private async refresh(): Promise<void> {
    const { api } = this.desk;
    const [{ people, org }, { requests }, uncovered] = await Promise.all([
      api.accounts(),
      api.requests(),
      api.uncovered(),
    ]);
    const open = people.find(({ id }) => id === this.person);
    if (open === undefined) return this.change({ all: people, org, requests, uncovered, open });
    const [{ tokens }, { sessions }] = await Promise.all([
      api.tokens(open.id),
      api.sessions(open.id),
    ]);
    const serves = open.kind === "employee";
    const served = serves ? (await api.relationships(open.id)).relationships : undefined;
    const leftOpen = open.active ? undefined : await api.leftOpen(open.id);
    const lists = { all: people, org, requests, uncovered, tokens, sessions };
    this.change({ ...lists, open, served, leftOpen });
  }

  private change(part: Partial<AccountsState>): void {
    this.state.set({ ...this.state.get(), ...part });
  }
}

/** Those whom a query names, by name, user name, firm, role or position. */
export function accountsFound({ all, query }: AccountsState): readonly wire.Account[] {
  return (all ?? []).filter((one) => {
    const { name, username, org, role, mail } = one;
    return matches(query, [name, username ?? "", org, role, mail ?? "", ...positionTexts(one)]);
  });
}

/** Who may answer for clients in somebody's place: active employees and advisors of the firm. */
export function advisorsBeside({ all, open }: AccountsState): readonly wire.Account[] {
  return (all ?? []).filter((one) => one.id !== open?.id && answersClients(one));
}

/** Who may answer for clients: active employees and advisors of the firm. */
export function advisors({ all }: AccountsState): readonly wire.Account[] {
  return (all ?? []).filter(answersClients);
}

/** Whether a client's advisor left, and nobody has taken over. */
export function uncovered({ all }: AccountsState, { owner }: wire.ServedClient): boolean {
  return (all ?? []).some(({ id, active }) => id === owner && !active);
}

/** Whether the open account answers for clients, whose conversations would be nobody's. */
export function serves({ open, served }: AccountsState): boolean {
  return (served ?? []).some(({ owner }) => owner === open?.id);
}

function asked({ name, role, locale, org, optional }: NewFields, firm: string): wire.NewAccount {
  const client = role === "client";
  const given = Object.entries(optional).filter(([, value]) => value !== "");
  return {
    name,
    role,
    locale,
    org: client ? org : firm,
    kind: client ? "client" : "employee",
    ...Object.fromEntries(given),
  };
}

/** The end of a day here, as the wire writes times. */
function endOf(day: string): string {
  return wireTime(new Date(`${day}T23:59:59.999`).getTime());
}

/** Whether somebody may answer clients. */
export function answersClients({ active, kind, role }: wire.Account): boolean {
  return active && kind === "employee" && ["employee", "advisor"].includes(role);
}

/** Where somebody with this role works. */
export function usualPlace(role: string): "chat" | "console" {
  return needsMeeting(role) ? "console" : "chat";
}

/** Whether a role is given only to who was met. */
export function needsMeeting(role: string): boolean {
  return ["compliance", "auditor", "administrator"].includes(role);
}

/** The role that an account waits for, and for what: a request's, or one from before. */
export function awaited({ requests, open }: AccountsState): Awaited | undefined {
  const found = requests.find(
    ({ person, waits_for: what }) => person === open?.id && what !== undefined,
  );
  const role = found?.changes.find(({ field }) => field === "role")?.after;
  if (found?.waits_for !== undefined && role !== undefined) return { role, what: found.waits_for };
  return open?.awaits === undefined ? undefined : { role: open.awaits, what: "request" };
}

export interface Awaited {
  readonly role: string;
  readonly what: NonNullable<wire.ApprovalRequest["waits_for"]> | "request";
}

function likenessOf({ alike, org_alike: orgAlike }: wire.Account) {
  return { alike, orgAlike };
}
