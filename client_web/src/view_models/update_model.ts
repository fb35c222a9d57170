/** Offers a newer version at a moment when nothing of what the person does is lost with the page. */
import type { Cancel } from "../session/ports";
import type { SessionComposer } from "./composer_model";
import type { Context } from "./context";
import { type Observable, Observed } from "./observable";
import type { Shell, UpdateModel } from "./update";

export interface UpdateOptions {
  readonly shell: Shell;
  /** Of the open conversation. */
  readonly composer: () => Pick<SessionComposer, "wouldLose" | "state"> | undefined;
  /** Another one is open. */
  readonly moved: Pick<Observable<unknown>, "subscribe">;
}

export class SessionUpdate implements UpdateModel {
  readonly ready = new Observed(false);
  private readonly context: Context;
  private readonly options: UpdateOptions;
  private wasLive: boolean;
  private unfollow: Cancel | undefined;
  private readonly ends: Cancel[];

  constructor(context: Context, options: UpdateOptions) {
    this.context = context;
    this.options = options;
    const { session } = context;
    this.wasLive = session.connection.state === "live";
    this.ends = [
      options.shell.newer.subscribe(this.consider),
      options.moved.subscribe(() => this.follow()),
      session.outbox.changed.subscribe(this.consider),
      session.drafts.changed.subscribe(this.consider),
      session.store.keepsChanged.subscribe(this.consider),
      session.statusChanged.subscribe(() => this.lookAgain()),
    ];
    this.follow();
  }

  async take(): Promise<void> {
    this.consider();
    if (!this.ready.get()) return;
    await this.context.session.flush();
    this.options.shell.reload();
  }

  end(): void {
    this.unfollow?.();
    for (const end of this.ends.splice(0)) end();
  }

  private follow(): void {
    this.unfollow?.();
    this.unfollow = this.options.composer()?.state.subscribe(this.consider);
    this.consider();
  }

  private readonly consider = (): void => {
    this.ready.set(this.options.shell.newer.get() && !this.wouldLose());
  };

  private wouldLose(): boolean {
    const { session, trays } = this.context;
    if (this.options.composer()?.wouldLose()) return true;
    // Files beside a text that is being written may not be kept yet, or not at all.
    if ([...trays.values()].some(({ files }) => files.length > 0)) return true;
    if (session.store.keeps && !session.outbox.losable) return false;
    const { unsent, refused } = session.outbox.count();
    return unsent + refused > 0 || session.drafts.some;
  }

  /** A server that was updated has cut the line: once it is back there may be something new. */
  private lookAgain(): void {
    const live = this.context.session.connection.state === "live";
    if (live && !this.wasLive) this.options.shell.look();
    this.wasLive = live;
  }
}
