/** Pictures of people and of the firm, by the name that the server gives them. */
import type { Upload } from "../session/ports";
import type { Observable } from "./observable";
import type { Trouble } from "./people";

export type { Upload };

/** Where a picture is; undefined: there is none, and initials stand for it. */
export function pictureAt(name: string | undefined): string | undefined {
  return name === undefined ? undefined : `/api/v1/pictures/${name}`;
}

export interface OwnPictureState {
  readonly busy: boolean;
  readonly done?: "set" | "removed" | undefined;
  readonly trouble?: Trouble | undefined;
}

/** This person's own picture; what it is now is `me`'s. */
export interface OwnPictureModel {
  readonly state: Observable<OwnPictureState>;
  set(file: Upload): Promise<void>;
  remove(): Promise<void>;
}
