/** Media, documents and links of one conversation, the newest first. */
import type { FileView } from "./files";
import type { Observable } from "./observable";
import type { PersonView, Trouble } from "./people";

export type MediaKind = "media" | "documents" | "links";

interface Item {
  readonly eventId: string;
  readonly author: PersonView;
  readonly at: string;
}

export interface MediaFile extends Item {
  readonly file: FileView;
}

export interface MediaLink extends Item {
  readonly address: string;
}

export interface MediaState {
  readonly kind: MediaKind;
  readonly files: readonly MediaFile[];
  readonly links: readonly MediaLink[];
  readonly loading: boolean;
  /** There is more of the conversation to look through. */
  readonly more: boolean;
  /** RFC 3339: how far back was looked; absent: not at all yet. */
  readonly since?: string | undefined;
  readonly trouble?: Trouble | undefined;
}

export interface MediaModel {
  readonly state: Observable<MediaState>;
  show(kind: MediaKind): void;
  /** Looks further back, until something is found. */
  further(): void;
}
