/** Who is there to answer, and who waits for an answer, as the server last said; kept nowhere. */
import type * as wire from "../wire/types.gen";
import { Signal } from "./signal";

export class Attendance {
  /** With the conversation in which it changed; undefined: all. */
  readonly changed = new Signal<string | undefined>();
  /** A client in this conversation has waited too long; once for each wait. */
  readonly alarmed = new Signal<string>();
  private readonly hours = new Map<string, wire.AnswersNow>();
  private readonly waits = new Map<string, wire.WaitingNow>();
  private readonly told = new Set<string>();

  answers(conv: string): wire.AnswersNow | undefined {
    return this.hours.get(conv);
  }

  waiting(conv: string): wire.WaitingNow | undefined {
    return this.waits.get(conv);
  }

  /** Where a client has waited too long, the longest first. */
  late(): string[] {
    const late = [...this.waits.values()].filter(({ alarm = 0 }) => alarm > 0);
    return late.sort((a, b) => ((a.since ?? "") < (b.since ?? "") ? -1 : 1)).map((one) => one.conv);
  }

  take(item: wire.AnswersNow | wire.WaitingNow): void {
    if (item.k === "answers") this.hours.set(item.conv, item);
    else if (item.since === undefined) this.waits.delete(item.conv);
    else this.waits.set(item.conv, item);
    this.changed.emit(item.conv);
    if (item.k === "waiting") this.alarm(item);
  }

  /** A new line: what still waits is told again. */
  begin(): void {
    if (this.waits.size === 0) return;
    this.waits.clear();
    this.changed.emit(undefined);
  }

  private alarm({ conv, since, alarm }: wire.WaitingNow): void {
    const wait = `${conv} ${since}`;
    if (since === undefined || (alarm ?? 0) === 0 || this.told.has(wait)) return;
    this.told.add(wait);
    this.alarmed.emit(conv);
  }
}
