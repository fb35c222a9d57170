/** What a row of the timeline can set off; one object that never changes, so that rows stay still. */
import type { HTMLAttributes, MouseEvent } from "react";
import type { FilesModel } from "../../view_models/files";
import type { MessageRow } from "../../view_models/timeline";
import type { Anchor } from "../parts/place";

export interface TimelineActions {
  onMenu(row: MessageRow, anchor: Anchor): void;
  onContextMenu(event: MouseEvent, row: MessageRow): void;
  /** A long press on a touch screen opens the menu as well. */
  press(row: MessageRow): HTMLAttributes<HTMLElement>;
  onFocus(key: string): void;
  onJump(eventId: string): void;
  /** Goes where a forwarded message comes from. */
  onOrigin(eventId: string): void;
  /** Shows who somebody is; undefined: a client, who sees nobody's profile. */
  onPerson?: ((person: string) => void) | undefined;
  onUnfold(key: string): void;
  onReply(eventId: string): void;
  onReact(eventId: string, emoji: string, on: boolean): void;
  /** Sends it again; `file`: less this one of its files. */
  onRetry(key: string, file?: string): void;
  onDiscard(key: string): void;
  /** Back to where one writes: it is not sent yet. */
  onTakeBack(key: string): void;
  onInvite(): void;
  readonly files: FilesModel;
  /** Its voice note is being played. */
  onPlayed(eventId: string): void;
  /** Shows a picture as large as it fits. */
  onOpenFile(eventId: string, file: string): void;
  /** Asks for a code, and then goes on. */
  onProve(then: () => void): void;
}
