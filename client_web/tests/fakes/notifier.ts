/** A browser's notifications: what was shown, and what the person says when they are asked. */
import type { Alert, AlertWish, Notifier, Permission } from "../../src/view_models/alerts";

export class FakeNotifier implements Notifier {
  given: Permission = "ask";
  answer: Permission = "given";
  asked = 0;
  readonly shown: Alert[] = [];
  cleared = 0;
  private wished: AlertWish = { on: false, named: false };

  /** Of somebody who turned them on before. */
  static on(named = false): FakeNotifier {
    const notifier = new FakeNotifier();
    notifier.given = "given";
    notifier.wished = { on: true, named };
    return notifier;
  }

  permission(): Permission {
    return this.given;
  }

  async ask(): Promise<void> {
    this.asked += 1;
    this.given = this.answer;
  }

  wish(): AlertWish {
    return this.wished;
  }

  keep(wish: AlertWish): void {
    this.wished = wish;
  }

  async show(alert: Alert): Promise<void> {
    this.shown.push(alert);
  }

  clear(): void {
    this.cleared += 1;
  }
}
