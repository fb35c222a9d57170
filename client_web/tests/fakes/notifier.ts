/** A browser's notifications: what was shown, and what the person says when they are asked. */
import type {
  Alert,
  AlertWish,
  Notifier,
  Permission,
  PushAddress,
  Pusher,
} from "../../src/view_models/alerts";

/** A browser's push service; `refuses`: it cannot be reached. */
export class FakePusher implements Pusher {
  there = false;
  refuses = false;
  wished = false;
  /** The key that it is subscribed for. */
  subscribed: string | undefined;

  possible(): boolean {
    return this.there;
  }

  wish(): boolean {
    return this.wished;
  }

  keep(on: boolean): void {
    this.wished = on;
  }

  locale(): "en" | "pl" {
    return "pl";
  }

  async subscribe(key: string): Promise<PushAddress | undefined> {
    if (this.refuses) return undefined;
    this.subscribed = key;
    return { endpoint: "https://push.example/1", p256dh: "p", auth: "a" };
  }

  async unsubscribe(): Promise<void> {
    this.subscribed = undefined;
  }
}

export class FakeNotifier implements Notifier {
  readonly pusher = new FakePusher();
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
