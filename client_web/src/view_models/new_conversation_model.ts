/** Choosing people and creating a conversation; a retry of the same choice keeps its id. */
import { failureOf } from "../session/failures";
import { newClientId } from "../session/ids";
import type { Cancel } from "../session/ports";
import { sayable } from "../wire/blank";
import type { CreateConversation } from "../wire/types.gen";
import { type Context, troubleOf } from "./context";
import { Derived } from "./derived";
import type { NewConversationModel, NewConversationState } from "./new_conversation";
import type { Trouble } from "./people";
import { outsideNames } from "./people_book";

const TITLE_LENGTH = 200;

/** What was typed, and not sent. Whom it was for is chosen anew: nothing goes to somebody by memory. */
export interface Begun {
  readonly title: string;
  readonly apart: boolean;
  readonly text: string;
}

export class SessionNewConversation implements NewConversationModel {
  readonly state: Derived<NewConversationState>;
  private readonly context: Context;
  private readonly open: (conversation: string) => void;
  private readonly stop: Cancel;
  private query = "";
  private chosen: readonly string[] = [];
  private title = "";
  private apart = false;
  private text = "";
  private sent: NewConversationState["sent"];
  private busy = false;
  private trouble: Trouble | undefined;
  private id: string | undefined;
  private over = false;

  /** `begun`: what it goes on with. */
  constructor(context: Context, open: (conversation: string) => void, begun?: Begun) {
    this.context = context;
    this.open = open;
    if (begun !== undefined) {
      this.title = begun.title;
      this.apart = begun.apart;
      this.text = begun.text;
    }
    this.state = new Derived(() => this.compute(), context.soon);
    this.stop = context.session.roster.changed.subscribe(this.state.touch);
  }

  search(query: string): void {
    this.query = query;
    this.state.update();
  }

  choose(person: string): void {
    if (this.chosen.includes(person)) return;
    this.query = "";
    this.change([...this.chosen, person], this.title);
  }

  drop(person: string): void {
    this.change(
      this.chosen.filter((id) => id !== person),
      this.title,
    );
  }

  setTitle(title: string): void {
    this.change(this.chosen, title);
  }

  setApart(apart: boolean): void {
    this.apart = apart;
    this.change(this.chosen, this.title);
  }

  setText(text: string): void {
    this.text = text;
    this.change(this.chosen, this.title);
  }

  close(): void {
    this.stop();
  }

  discard(): void {
    this.over = true;
  }

  /** What would be lost. */
  get begun(): Begun | undefined {
    const { title, apart, text } = this;
    const typed = sayable(text) !== "" || sayable(title) !== "";
    return this.over || !typed ? undefined : { title, apart, text };
  }

  async create(): Promise<boolean> {
    if (!this.compute().canCreate) return false;
    const { session } = this.context;
    this.id ??= newClientId(session.clock.now(), session.crypto);
    this.busy = true;
    this.trouble = undefined;
    this.state.update();
    try {
      if (this.isApart()) {
        await this.say(this.id);
        return false;
      }
      const created = await session.api.createConversation(this.body(this.id));
      this.over = true;
      session.roster.learn(created);
      this.open(created.id);
      return true;
    } catch (error) {
      this.trouble = troubleOf(failureOf(error));
      return false;
    } finally {
      this.busy = false;
      this.state.update();
    }
  }

  private async say(id: string): Promise<void> {
    const { session, book } = this.context;
    const text = sayable(this.text);
    const { said, missed } = await session.api.broadcast({
      id,
      text,
      recipients: [...this.chosen],
    });
    this.over = true;
    this.sent = { count: said.length, missed: missed.map((person) => book.view(person)) };
  }

  private isApart(): boolean {
    return this.apart && this.kind() === "group";
  }

  /** Another choice is another command. */
  private change(chosen: readonly string[], title: string): void {
    this.chosen = chosen;
    this.title = title;
    this.id = undefined;
    this.trouble = undefined;
    this.state.update();
  }

  private body(id: string): CreateConversation {
    const title = [...sayable(this.title)].slice(0, TITLE_LENGTH).join("");
    const kind = this.kind();
    const members = [...this.chosen];
    return kind === "group" && title !== "" ? { id, kind, members, title } : { id, kind, members };
  }

  private kind(): "direct" | "group" {
    return this.chosen.length > 1 ? "group" : "direct";
  }

  private compute(): NewConversationState {
    const { book } = this.context;
    const chosen = this.chosen.map((id) => book.view(id));
    return {
      query: this.query,
      candidates: book.find(this.query).filter(({ id }) => !this.chosen.includes(id)),
      chosen,
      kind: this.kind(),
      title: this.title,
      apart: this.isApart(),
      text: this.text,
      sent: this.sent,
      outsideNames: outsideNames(chosen),
      busy: this.busy,
      canCreate: chosen.length > 0 && !this.busy && (!this.isApart() || sayable(this.text) !== ""),
      trouble: this.trouble,
    };
  }
}
