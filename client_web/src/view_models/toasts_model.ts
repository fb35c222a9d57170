/** Short notes: each goes away after some seconds. */
import type { Cancel, Clock } from "../session/ports";
import { Observed } from "./observable";
import type { Toast, ToastsModel } from "./toasts";

const SHOWN_MS = 8_000;
const MOST = 3;

interface Kept {
  readonly undo: (() => void) | undefined;
  readonly cancel: Cancel;
}

export class Toasts implements ToastsModel {
  readonly state = new Observed<readonly Toast[]>([]);
  private readonly clock: Clock;
  private readonly kept = new Map<number, Kept>();
  private serial = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  note(code: string, undo?: () => void): void {
    this.add({ code, tone: "note" }, undo);
  }

  /** The one note of its code: it takes the place of the one before. */
  single(code: string, values: Toast["values"], act: () => void): void {
    for (const old of this.state.get()) if (old.code === code) this.dismiss(old.id);
    this.add({ code, tone: "note", values }, act);
  }

  failure(code: string, detail?: string): void {
    this.add({ code, tone: "failure", ...(detail === undefined ? {} : { detail }) });
  }

  undo(id: number): void {
    const undo = this.kept.get(id)?.undo;
    this.dismiss(id);
    undo?.();
  }

  dismiss(id: number): void {
    this.kept.get(id)?.cancel();
    this.kept.delete(id);
    this.state.set(this.state.get().filter((toast) => toast.id !== id));
  }

  private add(toast: Omit<Toast, "id" | "canUndo">, undo?: () => void): void {
    const id = ++this.serial;
    const cancel = this.clock.after(SHOWN_MS, () => this.dismiss(id));
    this.kept.set(id, { undo, cancel });
    const all = [...this.state.get(), { ...toast, id, canUndo: undo !== undefined }];
    for (const old of all.slice(0, -MOST)) this.dismiss(old.id);
    this.state.set(all.slice(-MOST));
  }
}
