/** Choosing whether to be told by letter: it shows at once, and goes back where it is refused. */
import { failureOf } from "../session/failures";
import { type Context, troubleOf } from "./context";
import type { LettersModel, LettersState } from "./letters";
import { Observed } from "./observable";

export class SessionLetters implements LettersModel {
  readonly state = new Observed<LettersState>({ busy: false });
  private readonly context: Context;

  constructor(context: Context) {
    this.context = context;
    this.refresh();
  }

  refresh(): void {
    void this.attempt(async () => {
      const { unread, way, address } = await this.context.session.api.letters();
      const known = way !== undefined && address !== undefined;
      this.change({ wanted: unread, to: known ? { way, address } : undefined });
    });
  }

  async choose(wanted: boolean): Promise<void> {
    const before = this.state.get();
    if (before.busy || before.wanted === undefined || before.wanted === wanted) return;
    this.change({ wanted, busy: true });
    const done = await this.attempt(() =>
      this.context.session.api.chooseLetters({ unread: wanted }),
    );
    this.change(done ? { busy: false } : { busy: false, wanted: before.wanted });
    if (!done) return;
    const back = () => void this.choose(!wanted);
    this.context.toasts.note(wanted ? "letters_on" : "letters_off", back);
  }

  private async attempt(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.change({ trouble: undefined });
      return true;
    } catch (error) {
      this.change({ trouble: troubleOf(failureOf(error)) });
      return false;
    }
  }

  private change(patch: Partial<LettersState>): void {
    this.state.set({ ...this.state.get(), ...patch });
  }
}
