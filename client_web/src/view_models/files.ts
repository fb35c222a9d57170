/** Files as a message shows them, and where they can be read. */
import type { Content } from "../session/ports";
import type { WireFile, WireVoice } from "../wire/types.gen";
import type { Observable } from "./observable";
import type { Trouble } from "./people";

/** How it is shown: a document has a row with its name, the others show themselves. */
export type FileKind = "picture" | "film" | "sound" | "document";

export interface FileView {
  /** Its place in the message, which stays when its id changes. */
  readonly key: string;
  readonly id: string;
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  readonly type: string;
  readonly kind: FileKind;
  /** A picture's, in pixels, where they are known. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** It is a voice note. */
  readonly voice?: WireVoice | undefined;
  /** Somebody else's voice note that one has not played. */
  readonly unplayed?: true | undefined;
  /** Its message is not on the record yet: what is shown is this device's own copy. */
  readonly waiting: boolean;
}

/** What a message without words is called in a list. */
export interface FilesGist {
  readonly count: number;
  readonly kind: FileKind;
  /** Of the first. */
  readonly name: string;
  /** It is a voice note of so many milliseconds. */
  readonly voiceMs?: number | undefined;
}

export type Variant = "original" | "preview" | "thumb";

/** Where a file can be read for some minutes, or why it cannot. */
export type Source = { readonly url: string } | { readonly trouble: Trouble };

export interface FilesModel {
  /** Whether there is a line to the server: what could not be had without one is asked for again. */
  readonly line: Observable<boolean>;
  /** `again`: a link that was given did not work. */
  source(eventId: string, file: string, variant: Variant, again?: boolean): Promise<Source>;
  /** This device's own copy, as long as the file waits here and a while longer. */
  local(file: string): Promise<Content | undefined>;
  /** How many bytes of a waiting file have arrived. */
  progress(file: string): Observable<number>;
}

const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);
const FILMS = new Set(["video/mp4", "video/webm"]);
const SOUNDS = new Set([
  "audio/mp4",
  "audio/mpeg",
  "audio/ogg",
  "audio/webm",
  "audio/wav",
  "audio/x-wav",
]);

/** Only what browsers show; everything else is a document. */
export function kindOf(type: string): FileKind {
  if (PICTURES.has(type)) return "picture";
  if (FILMS.has(type)) return "film";
  return SOUNDS.has(type) ? "sound" : "document";
}

export function gistOf(
  files: readonly Pick<WireFile, "name" | "type" | "voice">[] | undefined,
): FilesGist | undefined {
  const [first] = files ?? [];
  if (files === undefined || first === undefined) return undefined;
  const { name, voice } = first;
  return { count: files.length, kind: kindOf(first.type), name, voiceMs: voice?.ms };
}
