/** How far the files of a message have come, with a way to call it off. */
import { useMemo, useSyncExternalStore } from "react";
import type { FilesModel, FileView } from "../../view_models/files";
import { IconButton } from "../parts/button";
import { useFormat, useText } from "../text";
import s from "./uploading.module.css";

interface UploadingProps {
  files: readonly FileView[];
  model: FilesModel;
  tabIndex: number;
  onCancel(): void;
}

export function Uploading({ files, model, tabIndex, onCancel }: UploadingProps) {
  const say = useText();
  const format = useFormat();
  const sent = useSent(files, model);
  const all = files.reduce((bytes, { size }) => bytes + size, 0);
  const done = all === 0 ? 0 : Math.min(1, sent / all);
  return (
    <div className={s.uploading}>
      <div className={s.lines}>
        <span className={s.words}>
          {say("file.uploading", { sent: format.size(sent), all: format.size(all) })}
        </span>
        <progress className={s.bar} aria-label={say("file.progress")} value={done} max={1} />
      </div>
      <IconButton
        icon="close"
        size={18}
        tabIndex={tabIndex}
        label={say("file.cancel")}
        onClick={onCancel}
      />
    </div>
  );
}

function useSent(files: readonly FileView[], model: FilesModel): number {
  const store = useMemo(() => {
    const counts = files.map(({ id }) => model.progress(id));
    return {
      get: () => counts.reduce((bytes, count) => bytes + count.get(), 0),
      subscribe(listener: () => void) {
        const ends = counts.map((count) => count.subscribe(listener));
        return () => {
          for (const end of ends) end();
        };
      },
    };
  }, [files, model]);
  return useSyncExternalStore(store.subscribe, store.get);
}
