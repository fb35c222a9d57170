/** Saving a file from where the sandbox gives it. */
import { useState } from "react";
import type { FilesModel } from "../../view_models/files";
import type { Trouble } from "../../view_models/people";
import { type Downloads, useBrowser } from "../browser";

/** Why it is not saved; `ready`: it waits at this address for another press. */
export type Unsaved = { readonly trouble: Trouble } | { readonly ready: string };

/** Saves a file; undefined: the browser has it. */
export async function download(
  files: FilesModel,
  eventId: string,
  id: string,
  downloads: Downloads,
): Promise<Unsaved | undefined> {
  const source = await files.source(eventId, id, "original", true);
  if ("trouble" in source) return source;
  const ready = `${source.url}?way=saved`;
  return downloads.get(ready) ? undefined : { ready };
}

interface Download {
  readonly unsaved: Unsaved | undefined;
  get(): Promise<void>;
  /** Saves what is ready, in the press that this is called of. */
  save(): void;
}

export function useDownload(files: FilesModel, eventId: string, id: string): Download {
  const { downloads } = useBrowser();
  const [last, setLast] = useState<{
    readonly id: string;
    readonly unsaved: Unsaved | undefined;
  }>();
  // What is shown may be another file by now.
  const unsaved = last?.id === id ? last.unsaved : undefined;
  return {
    unsaved,
    get: async () => setLast({ id, unsaved: await download(files, eventId, id, downloads) }),
    save: () => {
      if (unsaved !== undefined && "ready" in unsaved && downloads.get(unsaved.ready)) {
        setLast(undefined);
      }
    },
  };
}
