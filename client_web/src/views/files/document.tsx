/** Whatever does not show itself: its name, what it is, how large, and a way to get it. */
import { useState } from "react";
import type { FilesModel, FileView } from "../../view_models/files";
import type { Trouble } from "../../view_models/people";
import { type Downloads, useBrowser } from "../browser";
import { Icon } from "../parts/icon";
import { type Format, useFormat, useText, useTroubleText } from "../text";
import s from "./document.module.css";
import type { FileProps } from "./message_files";

export function Document({ file, eventId, files, tabIndex, onProve }: Omit<FileProps, "onOpen">) {
  const say = useText();
  const words = useTroubleText();
  const format = useFormat();
  const { downloads } = useBrowser();
  const [trouble, setTrouble] = useState<Trouble>();
  const get = async () => setTrouble(await download(files, eventId, file, downloads));
  return (
    <>
      <button
        type="button"
        className={s.document}
        tabIndex={tabIndex}
        title={file.name}
        disabled={file.waiting}
        onClick={() => void get()}
      >
        <span className={s.icon}>
          <Icon name="file" size={22} />
        </span>
        <span className={s.lines}>
          <FileName name={file.name} said={say("file.get", { name: file.name })} />
          <span className={s.about}>{aboutFile(file, format)}</span>
        </span>
        {file.waiting ? null : <Icon name="download" size={18} />}
      </button>
      {trouble === undefined ? null : (
        <div className={s.trouble} role="alert">
          {words(trouble, "file.unreadable")}
          {trouble.code === "step_up_required" ? (
            <button
              type="button"
              className={s.prove}
              tabIndex={tabIndex}
              onClick={() => onProve(() => void get())}
            >
              {say("file.prove")}
            </button>
          ) : null}
        </div>
      )}
    </>
  );
}

/** A long name gives way in its middle: what ends it says what it is. */
export function FileName({ name, said = name }: { name: string; said?: string }) {
  const dot = name.lastIndexOf(".");
  const tail = Math.max(0, dot > 0 && name.length - dot <= 8 ? dot - 2 : name.length - 5);
  return (
    <>
      <span className="aside">{said}</span>
      <bdi className={s.name} aria-hidden="true">
        <span className={s.head}>{name.slice(0, tail)}</span>
        <span className={s.tail}>{name.slice(tail)}</span>
      </bdi>
    </>
  );
}

/** PDF · 2.4 MB */
export function aboutFile({ name, size }: Pick<FileView, "name" | "size">, format: Format): string {
  const ending = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toUpperCase();
  return ending === undefined ? format.size(size) : `${ending} · ${format.size(size)}`;
}

/** Saves a file, as the sandbox gives it; why it could not. */
export async function download(
  files: FilesModel,
  eventId: string,
  { id }: Pick<FileView, "id">,
  downloads: Downloads,
): Promise<Trouble | undefined> {
  const source = await files.source(eventId, id, "original", true);
  if ("trouble" in source) return source.trouble;
  downloads.get(`${source.url}?way=saved`);
  return undefined;
}
