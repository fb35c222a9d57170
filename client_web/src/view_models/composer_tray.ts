/** The files of the message that is written in one conversation; the device keeps them with its draft. */
import { newClientId } from "../session/ids";
import type { Attachment } from "../session/outbox_files";
import type { Cancel, Content } from "../session/ports";
import type { WireVoice } from "../wire/types.gen";
import type { Context } from "./context";
import * as trays from "./tray";

export class ComposerTray {
  private readonly context: Context;
  private readonly conv: string;
  private readonly changed: () => void;
  private readonly unsubscribe: Cancel;

  /** `changed`: what an earlier visit or another tab chose is here now. */
  constructor(context: Context, conv: string, changed: () => void) {
    this.context = context;
    this.conv = conv;
    this.changed = changed;
    this.unsubscribe = context.session.draftFiles.changed.subscribe((change) => {
      if (change.conv === conv && change.elsewhere) void this.fetch();
    });
    if (!context.trays.has(conv)) void this.fetch();
  }

  close(): void {
    this.unsubscribe();
  }

  get now(): trays.Tray {
    return this.context.trays.get(this.conv) ?? trays.EMPTY;
  }

  add(files: readonly Content[]): void {
    this.set(trays.withFiles(this.now, files, this.newKey));
  }

  addVoice(content: Content, voice: WireVoice): void {
    this.set(trays.withVoice(this.now, content, voice, this.newKey));
  }

  giveBack(files: readonly Attachment[]): void {
    this.set(trays.withBack(this.now, files, this.newKey));
  }

  /** Takes all of them out. */
  take(): readonly Attachment[] {
    const files = trays.attachments(this.now);
    this.empty();
    return files;
  }

  drop(key: string): void {
    this.set(trays.without(this.now, key));
  }

  measured(key: string, width: number, height: number): void {
    if (width > 0 && height > 0) this.set(trays.measured(this.now, key, { width, height }));
  }

  /** They go with a message: once that is kept, the device needs them no more. */
  send(message: (files: readonly Attachment[]) => Promise<unknown>): void {
    const files = trays.attachments(this.now);
    this.set(trays.EMPTY, message(files));
  }

  /** They wait elsewhere now. */
  empty(): void {
    this.set(trays.EMPTY);
  }

  private set(tray: trays.Tray, until?: Promise<unknown>): void {
    this.context.trays.set(this.conv, tray);
    this.context.session.draftFiles.set(this.conv, trays.toKeep(tray), until);
  }

  /** Those that are kept come before what is chosen here meanwhile, or cannot be sent. */
  private async fetch(): Promise<void> {
    const chosen = new Set(this.now.files.map(({ key }) => key));
    const kept = await this.context.session.draftFiles.load(this.conv);
    const since = this.now.files.filter(({ key, trouble }) => trouble || !chosen.has(key));
    const tray = { ...this.now, files: since, leftOut: 0 };
    this.context.trays.set(this.conv, trays.withKept(tray, kept));
    this.changed();
  }

  private readonly newKey = (): string => {
    const { clock, crypto } = this.context.session;
    return newClientId(clock.now(), crypto);
  };
}
