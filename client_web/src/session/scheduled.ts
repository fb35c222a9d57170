/** What this person has sent later, as the server last said; kept nowhere. */
import type { Scheduled as Message } from "../wire/types.gen";
import { failureOf } from "./failures";
import type { Api } from "./ports";
import { Signal } from "./signal";

export class Scheduled {
  readonly changed = new Signal<undefined>();
  private readonly api: Pick<Api, "scheduled">;
  private list: readonly Message[] = [];
  private asked = 0;

  constructor(api: Pick<Api, "scheduled">) {
    this.api = api;
  }

  in(conv: string): readonly Message[] {
    return this.list.filter((each) => each.conv === conv);
  }

  /** Asks the server; what cannot be had now is asked for again after the next connect. */
  async refresh(): Promise<void> {
    this.asked += 1;
    const { asked } = this;
    try {
      const { scheduled } = await this.api.scheduled();
      if (asked !== this.asked) return;
      this.list = scheduled;
      this.changed.emit(undefined);
    } catch (error) {
      failureOf(error);
    }
  }
}
