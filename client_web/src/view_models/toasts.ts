/** Short notes that go away by themselves, some with a way back. */
import type { Observable } from "./observable";

export interface Toast {
  readonly id: number;
  /** What happened: a key for the view's words, such as `message_discarded`, or a refusal's code. */
  readonly code: string;
  readonly detail?: string | undefined;
  /** What its words tell of. */
  readonly values?: Readonly<Record<string, string | number>> | undefined;
  readonly tone: "note" | "failure";
  /** Whether `undo` does something: takes it back, or does what its words offer. */
  readonly canUndo: boolean;
}

export interface ToastsModel {
  readonly state: Observable<readonly Toast[]>;
  undo(id: number): void;
  dismiss(id: number): void;
}
