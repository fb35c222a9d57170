/** Where copies of what is recorded go: how far each destination is, and what is done about it. */
import type { Cancel, Clock } from "../../session/ports";
import type * as wire from "../../wire/types.gen";
import { Observed } from "../observable";
import type { Trouble } from "../people";
import type { Desk } from "./desk";

export type Condition = "catching_up" | wire.HookState["state"];
/** What an administrator can have a destination do. */
export type Verb = "replay" | "retry" | "compare" | "pause" | "resume";

export interface Ordered {
  readonly hook: string;
  readonly verb: Verb;
}

/** The last receipts of a destination, the newest first; or why they are not here. */
export interface ShownReceipts {
  readonly ranges?: readonly wire.ReceiptRange[];
  readonly trouble?: Trouble;
}

export interface DestinationsState {
  /** Undefined: not here yet. */
  readonly hooks?: readonly wire.HookState[] | undefined;
  /** What the server is asked to do at this moment. */
  readonly busy?: Ordered | undefined;
  /** What it was asked to do last, and does. */
  readonly done?: Ordered | undefined;
  /** What it was asked to do last, and why it does not. */
  readonly refused?: (Ordered & { readonly trouble: Trouble }) | undefined;
  /** Comparisons that were asked for and have not begun, by name: the end of the one before. */
  readonly awaited: ReadonlyMap<string, string | undefined>;
  /** Of those whose receipts somebody opened, by name. */
  readonly receipts: ReadonlyMap<string, ShownReceipts>;
  readonly trouble?: Trouble | undefined;
}

/** How much time is left, in the unit that says it best. */
export interface Left {
  readonly unit: "minutes" | "hours" | "days";
  readonly count: number;
}

/** Fewer entries wait now and then although nothing is wrong. */
const MANY = 100;
const MINUTES_IN_HOUR = 60;
const MINUTES_IN_DAY = 24 * MINUTES_IN_HOUR;
const LOOK_MS = 5_000;
/** While something is under way that somebody may be waiting for. */
const SOON_MS = 1_000;
/** So long after an order what came of it is looked at often, and said. */
const FRESH_MS = 10_000;

export class Destinations {
  readonly state = new Observed<DestinationsState>({ awaited: new Map(), receipts: new Map() });
  /** Whether this person may do more than look. */
  readonly administers: boolean;
  private readonly desk: Desk;
  private readonly clock: Clock;
  private next: Cancel | undefined;
  private asked = 0;
  private orderedAt = Number.NEGATIVE_INFINITY;
  private closed = false;

  constructor(desk: Desk, clock: Clock, administers: boolean) {
    this.desk = desk;
    this.clock = clock;
    this.administers = administers;
  }

  /** Shows how far they are, from now on again and again. */
  readonly load = async (): Promise<void> => {
    this.next?.();
    this.asked += 1;
    const asked = this.asked;
    const trouble = await this.desk.attempt(async () => {
      const { hooks } = await this.desk.api.hooks();
      if (asked === this.asked) this.take(hooks);
    });
    if (asked !== this.asked || this.closed) return;
    const fresh = this.clock.monotonic() - this.orderedAt < FRESH_MS;
    this.change(fresh ? { trouble } : { trouble, done: undefined });
    const soon = fresh || this.state.get().hooks?.some((hook) => this.isUnderWay(hook));
    this.next = this.clock.after(soon ? SOON_MS : LOOK_MS, () => void this.load());
  };

  /** Shows what a destination acknowledged last. */
  readonly openReceipts = async (hook: string): Promise<void> => {
    const { trouble: _, ...before } = this.state.get().receipts.get(hook) ?? {};
    this.show(hook, before);
    const trouble = await this.desk.attempt(async () => {
      const { ranges } = await this.desk.api.receiptRanges(hook);
      this.show(hook, { ranges });
    });
    if (trouble !== undefined) this.show(hook, { ...before, trouble });
  };

  /** Delivers everything from an entry on again. */
  readonly replay = (hook: string, first: number): Promise<void> =>
    this.order({ hook, verb: "replay" }, () => this.desk.api.replayHook(hook, { first }));

  readonly order = async (
    ordered: Ordered,
    work = () => this.desk.api.orderHook(ordered.hook, ordered.verb),
  ): Promise<void> => {
    if (this.state.get().busy !== undefined) return;
    const { hook, verb } = ordered;
    this.change({ busy: ordered, done: undefined, refused: undefined });
    const trouble = await this.desk.attempt(work);
    if (trouble === undefined && verb === "compare") this.await(hook);
    this.orderedAt = this.clock.monotonic();
    await this.load();
    const refused = trouble === undefined ? undefined : { ...ordered, trouble };
    this.change({ busy: undefined, refused, done: refused === undefined ? ordered : undefined });
  };

  /** What can be done about it now, for who may. */
  verbsOf(hook: wire.HookState): readonly Verb[] {
    if (!this.administers || hook.state === "starting") return [];
    const paused = hook.state === "paused";
    const goes = !paused && !isStuck(hook);
    const verbs: Verb[] = [];
    if (!paused && (isStuck(hook) || hook.blocked_streams > 0)) verbs.push("retry");
    if (hook.comparable && goes && !this.isCompared(hook)) verbs.push("compare");
    if (hook.cursor > 0) verbs.push("replay");
    return [...verbs, paused ? "resume" : "pause"];
  }

  /** Whether a comparison is under way, or was asked for. */
  isCompared({ name, comparing }: wire.HookState): boolean {
    return comparing !== undefined || this.state.get().awaited.has(name);
  }

  close(): void {
    this.closed = true;
    this.next?.();
  }

  private isUnderWay(hook: wire.HookState): boolean {
    return this.isCompared(hook) || conditionOf(hook) === "catching_up";
  }

  private await(hook: string): void {
    const { awaited, hooks } = this.state.get();
    const before = hooks?.find(({ name }) => name === hook)?.compared?.ended_at;
    this.change({ awaited: new Map(awaited).set(hook, before) });
  }

  private take(hooks: readonly wire.HookState[]): void {
    const left = [...this.state.get().awaited].filter(([name, before]) => {
      const hook = hooks.find((each) => each.name === name);
      return hook !== undefined && hook.compared?.ended_at === before;
    });
    this.change({ hooks, awaited: new Map(left) });
  }

  private show(hook: string, receipts: ShownReceipts): void {
    this.change({ receipts: new Map(this.state.get().receipts).set(hook, receipts) });
  }

  private change(part: Partial<DestinationsState>): void {
    this.state.set({ ...this.state.get(), ...part });
  }
}

export function conditionOf({ state, backlog }: wire.HookState): Condition {
  return state === "running" && backlog > MANY ? "catching_up" : state;
}

/** Whether nothing gets there until something changes. */
export function isStuck({ state }: wire.HookState): boolean {
  return state === "retrying" || state === "misconfigured" || state === "unreadable";
}

/** How long it takes at the pace of the last minutes; undefined: nobody knows. */
export function timeLeft({ backlog, rate }: wire.HookState): Left | undefined {
  return rate > 0 ? inWords(backlog / rate) : undefined;
}

/** How long the oldest record has waited; undefined: less than a minute. */
export function waited({ age_s }: wire.HookState): Left | undefined {
  return age_s < 60 ? undefined : inWords(age_s / 60);
}

function inWords(minutes: number): Left {
  if (minutes > 2 * MINUTES_IN_DAY)
    return { unit: "days", count: Math.round(minutes / MINUTES_IN_DAY) };
  if (minutes > 2 * MINUTES_IN_HOUR)
    return { unit: "hours", count: Math.round(minutes / MINUTES_IN_HOUR) };
  return { unit: "minutes", count: Math.max(1, Math.round(minutes)) };
}
