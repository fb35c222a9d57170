/** The files of a row, on the record or on their way to it. */
import type { OutboxItem } from "../session/outbox";
import { waitsForFiles } from "../session/outbox_entry";
import type { MessageSent, WireFile } from "../wire/types.gen";
import { type FileView, kindOf } from "./files";

const NONE: readonly FileView[] = [];

/** `item`: the command that the row is of, while it is on its way. `mine`: this person wrote it. */
export function filesOf(
  row: MessageSent,
  item: OutboxItem | undefined,
  mine: boolean,
): readonly FileView[] {
  if (row.files === undefined) return NONE;
  const waiting = item !== undefined;
  const news = mine || row.played ? undefined : true;
  return row.files.map((file, place) => ({
    ...file,
    key: String(place),
    kind: kindOf(file.type),
    unplayed: file.voice && news,
    waiting,
  }));
}

export function isUploading(item: OutboxItem | undefined): boolean {
  return item !== undefined && waitsForFiles(item.entry);
}

/** In the record's form; a file keeps the name of its upload until its message is there. */
export function echoedFiles({ entry }: OutboxItem): { files?: WireFile[] } {
  if (entry.files === undefined) return {};
  return { files: entry.files.map(({ blob: _blob, ...file }) => file) };
}
