/** One person, and when they are there. */
import { failureOf } from "../session/failures";
import type { Cancel } from "../session/ports";
import { type Context, troubleOf } from "./context";
import { Derived } from "./derived";
import type { PersonHours, ProfileModel, ProfileState } from "./directory";
import { linesOf } from "./hours";
import type { PersonView, Trouble } from "./people";

export class SessionProfile implements ProfileModel {
  readonly state: Derived<ProfileState>;
  private readonly context: Context;
  private readonly id: string;
  private readonly stop: Cancel;
  private hours: PersonHours | undefined;
  private trouble: Trouble | undefined;
  private loading = false;

  constructor(context: Context, id: string) {
    this.context = context;
    this.id = id;
    this.state = new Derived(() => this.compute(), context.soon);
    this.stop = context.session.roster.changed.subscribe(this.state.touch);
    this.refresh();
  }

  refresh(): void {
    if (!this.loading && hasHours(this.context.book.view(this.id))) void this.load();
  }

  close(): void {
    this.stop();
  }

  private async load(): Promise<void> {
    this.loading = true;
    this.state.update();
    try {
      const { there, zone, week, away_until } = await this.context.session.api.personHours(this.id);
      const lines = week === undefined ? undefined : linesOf(week);
      this.hours = { there, zone, lines, awayUntil: away_until };
      this.trouble = undefined;
    } catch (error) {
      this.trouble = troubleOf(failureOf(error));
    }
    this.loading = false;
    this.state.update();
  }

  private compute(): ProfileState {
    const { book } = this.context;
    const person = book.view(this.id);
    return {
      person,
      loading: this.loading && this.hours === undefined,
      hours: this.hours,
      trouble: this.trouble,
      mayWrite: book.find("").some(({ id }) => id === this.id),
    };
  }
}

/** Whether the firm's hours, or their own, say anything of somebody. */
function hasHours({ kind, outside, active }: PersonView): boolean {
  return kind === "employee" && !outside && active;
}
