/** The firm's people out of all that this person knows of; clients stand in no directory. */
import type { Cancel } from "../session/ports";
import type { Context } from "./context";
import { Derived } from "./derived";
import type { DirectoryModel, DirectoryState } from "./directory";
import { byName } from "./people_book";
import { personRank, ranked } from "./ranking";

export class SessionDirectory implements DirectoryModel {
  readonly state: Derived<DirectoryState>;
  private readonly context: Context;
  private readonly stop: Cancel;
  private query = "";

  constructor(context: Context) {
    this.context = context;
    this.state = new Derived(() => this.compute(), context.soon);
    this.stop = context.session.roster.changed.subscribe(this.state.touch);
  }

  search(query: string): void {
    this.query = query;
    this.state.update();
  }

  close(): void {
    this.stop();
  }

  private compute(): DirectoryState {
    const { session, book } = this.context;
    const people = [...session.roster.people.values()]
      .filter(({ kind, outside, active }) => kind === "employee" && !outside && active !== false)
      .map(({ id }) => book.view(id))
      .sort(byName);
    return { query: this.query, people: ranked(people, (each) => personRank(this.query, each)) };
  }
}
