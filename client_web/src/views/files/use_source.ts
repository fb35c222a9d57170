/** Where a file can be read: this device's own copy while it waits, else a link of the server. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { FilesModel, FileView, Variant } from "../../view_models/files";
import type { Trouble } from "../../view_models/people";
import { useBrowser } from "../browser";
import { useObserved } from "../observed";

export interface Shown {
  /** What stands there stays until the next one is known. */
  readonly url?: string | undefined;
  readonly trouble?: Trouble | undefined;
}

interface Wanted {
  readonly files: FilesModel;
  readonly eventId: string;
  readonly file: FileView;
  readonly variant: Variant;
}

/** The address; what to call when it did not work (once it is asked for anew); and to ask for it again. */
export function useSource(wanted: Wanted): readonly [Shown, () => void, () => void] {
  const { files, eventId, file, variant } = wanted;
  const { id, waiting } = file;
  const { addresses } = useBrowser();
  const [shown, setShown] = useState<Shown>({});
  const own = useRef<string>(undefined);
  const asked = useRef(0);
  const ask = useCallback(
    async (again: boolean): Promise<void> => {
      asked.current += 1;
      const serial = asked.current;
      const url = waiting ? addresses.of(await files.local(id)) : undefined;
      const source = url === undefined ? await files.source(eventId, id, variant, again) : { url };
      if (url !== undefined) own.current = url;
      if (serial === asked.current) {
        setShown((before) => ("url" in source ? source : { url: before.url, ...source }));
      }
    },
    [files, eventId, id, variant, waiting, addresses],
  );
  const line = useObserved(files.line);
  const lost = shown.trouble?.code === "offline";
  useEffect(() => {
    if (line && lost) void ask(false);
  }, [line, lost, ask]);
  const failures = useRef(0);
  useEffect(() => {
    failures.current = 0;
    void ask(false);
  }, [ask]);
  useEffect(
    () => () => {
      asked.current += 1;
      if (own.current !== undefined) addresses.release(own.current);
    },
    [addresses],
  );
  const failed = useCallback(() => {
    failures.current += 1;
    if (failures.current === 1) void ask(true);
    else setShown({ trouble: { code: "file_unreadable" } });
  }, [ask]);
  const again = useCallback(() => void ask(true), [ask]);
  return [shown, failed, again];
}
