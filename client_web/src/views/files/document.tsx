/** Whatever does not show itself: its name, what it is, how large, and a way to get it. */
import { useRef } from "react";
import type { FileView } from "../../view_models/files";
import { Icon } from "../parts/icon";
import { type Format, useFormat, useText, useTroubleText } from "../text";
import s from "./document.module.css";
import { useDownload } from "./download";
import type { FileProps } from "./message_files";

export function Document({ file, eventId, files, tabIndex, onProve }: Omit<FileProps, "onOpen">) {
  const say = useText();
  const words = useTroubleText();
  const format = useFormat();
  const { unsaved, get, save } = useDownload(files, eventId, file.id);
  const button = useRef<HTMLButtonElement>(null);
  const trouble = unsaved && "trouble" in unsaved ? unsaved.trouble : undefined;
  return (
    <>
      <button
        ref={button}
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
      {unsaved && "ready" in unsaved ? (
        <div className={s.ready} role="status">
          {say("file.ready")}
          <button
            type="button"
            className={s.prove}
            tabIndex={tabIndex}
            onClick={() => {
              save();
              button.current?.focus();
            }}
          >
            {say("file.save")}
          </button>
        </div>
      ) : null}
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
