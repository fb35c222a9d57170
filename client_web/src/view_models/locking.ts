/** What happens while the app locks: the last words are sent, rows are dropped, the server is told. */
import { failureOf, sessionRefused } from "../session/failures";
import type { Api, Cancel, Clock, Store } from "../session/ports";
import type { Session } from "../session/session";
import type * as wire from "../wire/types.gen";
import type { IdleLock } from "./idle_lock";

/** What one tab tells the others. */
export type LockNews = "locked" | "unlocked";

/** How long what was said before may take to be sent while there is a line. */
export const LAST_WORDS_MS = 10_000;
const LOOK_MS = 500;
const ASK_AGAIN_MS = 3_000;

/** Keeps what is to be kept. `sends`: what waits is sent first, as soon as there is a line. */
export async function lastWords(session: Session, sends: boolean): Promise<void> {
  session.looking(false);
  await session.flush();
  let left = sends ? LAST_WORDS_MS : 0;
  while (left > 0 && session.connection.state !== "ended" && session.outbox.count().unsent > 0) {
    await new Promise<void>((resolve) => session.clock.after(LOOK_MS, resolve));
    if (session.connection.state === "live") left -= LOOK_MS;
  }
}

/** Nothing that was said stays on the device; drafts and what waits to be sent do. */
export async function forgetRows(store: Store): Promise<void> {
  const kept = await store.snapshot();
  if (kept === undefined) return;
  await store.putSnapshot({ ...kept, days: 0, people: [], conversations: [], timelines: [] });
}

interface Around {
  readonly api: Pick<Api, "lock" | "unlock">;
  readonly clock: Clock;
}

/** Has the server lock this session, however long it takes until it hears of it, and unlock it. */
export class LockTold {
  private readonly around: Around;
  private readonly lock: Pick<IdleLock, "opened">;
  private readonly ended: (code: string) => void;
  private asked: Promise<void> = Promise.resolve();
  private again: Cancel | undefined;
  private wanted = false;
  /** It is being unlocked. */
  private opening = false;

  /** `ended`: the session is over. */
  constructor(around: Around, lock: Pick<IdleLock, "opened">, ended: (code: string) => void) {
    this.around = around;
    this.lock = lock;
    this.ended = ended;
  }

  /** While it is being unlocked this waits for how that ends: a lock that arrives later would win. */
  begin(): void {
    this.wanted = true;
    if (!this.opening) this.asked = this.ask();
  }

  /** The session has ended, or it was unlocked elsewhere. */
  stop(): void {
    this.wanted = false;
    this.again?.();
  }

  /** Unlocks it, once no lock is on its way. Throws what the server refuses. */
  async unlock(body: wire.Unlock): Promise<wire.Me> {
    this.again?.();
    this.opening = true;
    try {
      await this.asked;
      const me = await this.around.api.unlock(body);
      this.wanted = false;
      this.lock.opened();
      return me;
    } finally {
      this.opening = false;
      if (this.wanted) this.begin();
    }
  }

  private async ask(): Promise<void> {
    try {
      await this.around.api.lock();
      this.wanted = false;
    } catch (error) {
      const failure = failureOf(error);
      if (!this.wanted || this.opening) return;
      if (sessionRefused(failure)) this.ended(failure.code);
      else this.again = this.around.clock.after(ASK_AGAIN_MS, () => this.begin());
    }
  }
}
