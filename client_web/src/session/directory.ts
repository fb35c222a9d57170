/**
 * Keeps what is known of people and of the firm's name: what changes is told, and fetched only
 * where something may have been missed.
 */
import type * as wire from "../wire/types.gen";
import { failureOf } from "./failures";
import type { Api, Cancel, Clock } from "./ports";
import type { Roster } from "./roster";

/** All who are there hear of a stranger at once: each adds as much to the time that they ask in. */
const STRANGER_MS_EACH = 4;
/** After a restart everybody connects anew within seconds: their questions come one by one. */
const AGAIN_MS = 5_000;

interface Options {
  readonly api: Api;
  readonly clock: Clock;
  readonly roster: Roster;
  /** In [0, 1). */
  readonly random: () => number;
  readonly named: (firm: string) => void;
}

export class Directory {
  private readonly options: Options;
  private stranger: { readonly at: number; readonly cancel: Cancel } | undefined;
  private again: Cancel | undefined;
  /** How often the firm's name was told. */
  private told = 0;

  constructor(options: Options) {
    this.options = options;
  }

  stop(): void {
    this.stranger?.cancel();
    this.again?.();
  }

  take({ person, firm }: wire.DirectoryNow): void {
    if (person !== undefined) this.options.roster.meet(person);
    if (firm === undefined) return;
    this.told += 1;
    this.options.named(firm);
  }

  /** An event named somebody who is not known. What names them waits: two ask at once, many one by one. */
  learn(hearers: number): void {
    const { clock, random } = this.options;
    const wait = STRANGER_MS_EACH * hearers * random();
    const at = clock.monotonic() + wait;
    if (this.stranger !== undefined && this.stranger.at <= at) return;
    this.stranger?.cancel();
    const cancel = clock.after(wait, () => {
      this.stranger = undefined;
      void this.people();
    });
    this.stranger = { at, cancel };
  }

  /** What was told while there was no line did not come here. */
  lookAgain(): void {
    const { clock, random } = this.options;
    this.again ??= clock.after(AGAIN_MS * random(), () => {
      this.again = undefined;
      void this.people();
      void this.firm();
    });
  }

  private async people(): Promise<void> {
    const { api, roster } = this.options;
    const question = roster.askPeople();
    try {
      roster.answeredPeople(question, await api.people());
    } catch (error) {
      roster.answeredPeople(question, undefined);
      failureOf(error);
    }
  }

  private async firm(): Promise<void> {
    const { told } = this;
    try {
      const { firm } = await this.options.api.me();
      if (told === this.told) this.options.named(firm);
    } catch (error) {
      failureOf(error);
    }
  }
}
