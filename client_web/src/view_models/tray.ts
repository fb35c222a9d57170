/** Files that go with the message that is being written, of one conversation. */
import type { DraftFile } from "../session/draft_files";
import type { Attachment } from "../session/outbox_files";
import type { Content } from "../session/ports";
import type { WireVoice } from "../wire/types.gen";
import type { TrayFile } from "./composer";
import { kindOf } from "./files";

/** As the server has it, until it says otherwise. */
export const MOST_FILES = 10;
export const MOST_BYTES = 25 * 1024 * 1024;

interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Tray {
  readonly files: readonly TrayFile[];
  readonly sizes: ReadonlyMap<string, Size>;
  /** How many were left out when files were added last. */
  readonly leftOut: number;
}

export const EMPTY: Tray = { files: [], sizes: new Map(), leftOut: 0 };

/** A new name for a file, on this device. */
type Key = () => string;

let serial = 0;

/** And a voice note: it cannot be had again, so where all places are taken a file gives way. */
export function withVoice(tray: Tray, content: Content, voice: WireVoice, key: Key): Tray {
  const room = MOST_FILES - 1;
  return {
    ...tray,
    files: [...tray.files.slice(0, room), { ...trayFile(content, key()), voice }],
    leftOut: Math.max(0, tray.files.length - room),
  };
}

/** As many more as fit. */
export function withFiles(tray: Tray, contents: readonly Content[], key: Key): Tray {
  const room = MOST_FILES - tray.files.length;
  const added = contents.slice(0, room).map((content) => trayFile(content, key()));
  return {
    ...tray,
    files: [...tray.files, ...added],
    leftOut: Math.max(0, contents.length - room),
  };
}

/** Those of a message that was taken back, before what was chosen since; as many as fit. */
export function withBack(tray: Tray, attached: readonly Attachment[], key: Key): Tray {
  return withKept(
    tray,
    attached.map((each) => ({ ...each, id: key() })),
  );
}

/** Those that the device has kept with the draft, likewise. */
export function withKept(
  tray: Tray,
  kept: readonly (Attachment & { readonly id: string })[],
): Tray {
  if (kept.length === 0) return tray;
  const sizes = new Map(tray.sizes);
  const back = kept.map(({ id, content, name, width, height, voice }) => {
    const file = { ...trayFile(content, id), name, ...(voice === undefined ? {} : { voice }) };
    if (width !== undefined && height !== undefined) sizes.set(file.key, { width, height });
    return file;
  });
  const files = [...back, ...tray.files];
  const leftOut = Math.max(0, files.length - MOST_FILES);
  return { files: files.slice(0, MOST_FILES), sizes, leftOut };
}

/** A chosen file can be chosen again; what was recorded is here alone. */
export function hasVoice({ files }: Tray): boolean {
  return files.some(({ voice }) => voice !== undefined);
}

export function without(tray: Tray, key: string): Tray {
  return { ...tray, files: tray.files.filter((file) => file.key !== key), leftOut: 0 };
}

export function measured(tray: Tray, key: string, size: Size): Tray {
  return { ...tray, sizes: new Map([...tray.sizes, [key, size]]) };
}

/** What the outbox takes. */
export function attachments({ files, sizes }: Tray): readonly Attachment[] {
  return files.map(({ key, content, name, voice }) => ({
    content,
    name,
    ...sizes.get(key),
    ...(voice === undefined ? {} : { voice }),
  }));
}

/** What the device keeps with the draft: what cannot be sent is chosen anew. */
export function toKeep({ files, sizes }: Tray): readonly DraftFile[] {
  return files
    .filter(({ trouble }) => trouble === undefined)
    .map(({ key, content, name, size, voice }) => ({
      id: key,
      name,
      size,
      type: content.type,
      content,
      ...sizes.get(key),
      ...(voice === undefined ? {} : { voice }),
    }));
}

function trayFile(content: Content, key: string): TrayFile {
  serial += 1;
  const { size, type } = content;
  const trouble = size > MOST_BYTES ? "too_large" : size === 0 ? "empty" : undefined;
  // What is pasted may have no name.
  const name = cleanName(content.name ?? "") || `file-${serial}${endingOf(type)}`;
  return { key, name, size, kind: kindOf(type), content, trouble };
}

const LONGEST_NAME = 120;

/** As the server takes a name: what some systems forbid, or what cannot be seen, gives way. */
export function cleanName(name: string): string {
  const plain = name
    .normalize("NFC")
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, "")
    .replace(/\p{Zs}/gu, " ")
    .replace(/[/\\:*?"<>|]/g, "-")
    .replace(/^ +|[ .]+$/g, "");
  const letters = [...plain];
  if (letters.length <= LONGEST_NAME) return plain;
  const ending = /\.[^. ]{1,10}$/.exec(plain)?.[0] ?? "";
  return (
    letters
      .slice(0, LONGEST_NAME - ending.length)
      .join("")
      .trimEnd() + ending
  );
}

function endingOf(type: string): string {
  const [, kind = ""] = type.split("/");
  return /^[a-z0-9]+$/.test(kind) ? `.${kind}` : "";
}
