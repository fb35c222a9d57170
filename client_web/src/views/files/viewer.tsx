/** Pictures of a conversation, one after the other, as large as they fit; closer on demand. */
import { type KeyboardEvent, useLayoutEffect, useRef, useState } from "react";
import type { FilesModel, FileView } from "../../view_models/files";
import type { MessageRow, TimelineRow } from "../../view_models/timeline";
import { useLayer } from "../layers";
import { IconButton } from "../parts/button";
import { useFormat, useText, useTroubleText } from "../text";
import { FileName } from "./document";
import { useDownload } from "./download";
import { SentBy } from "./sent_by";
import { useSource } from "./use_source";
import { useZoom } from "./use_zoom";
import s from "./viewer.module.css";

interface ViewerProps {
  rows: readonly TimelineRow[];
  files: FilesModel;
  start: { readonly eventId: string; readonly file: string };
  now: number;
  onClose(): void;
}

interface Pictured {
  readonly row: MessageRow;
  readonly file: FileView;
}

export function picturesOf(rows: readonly TimelineRow[]): readonly Pictured[] {
  return rows.flatMap((row) =>
    row.kind === "message"
      ? row.files.filter(({ kind }) => kind === "picture").map((file) => ({ row, file }))
      : [],
  );
}

export function Viewer({ rows, files, start, now, onClose }: ViewerProps) {
  const say = useText();
  const dialog = useRef<HTMLDialogElement>(null);
  const all = picturesOf(rows);
  const first = all.findIndex(
    ({ row, file }) => row.eventId === start.eventId && file.id === start.file,
  );
  const [moved, setMoved] = useState(0);
  const at = Math.max(0, Math.min(all.length - 1, first + moved));
  const shown = all[at];
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    element?.querySelector<HTMLElement>("[data-focus]")?.focus();
    return () => element?.close();
  }, []);
  useLayer(onClose);
  const go = (step: number) => {
    if (all[at + step] !== undefined) setMoved(at + step - first);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowLeft") go(-1);
    else if (event.key === "ArrowRight") go(1);
    else if (event.key === "Escape") event.stopPropagation();
  };
  if (shown === undefined) return null;
  return (
    <dialog
      ref={dialog}
      className={s.viewer}
      aria-label={say("viewer.label", { name: shown.file.name })}
      onKeyDown={onKeyDown}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <ViewerHead {...shown} files={files} now={now} onClose={onClose} />
      <Frame key={`${shown.row.eventId} ${shown.file.id}`} {...shown} files={files} onSwipe={go} />
      <div className={s.ways}>
        <IconButton
          icon="back"
          label={say("viewer.before")}
          disabled={at === 0}
          onClick={() => go(-1)}
        />
        <span className={s.count} role="status">
          {say("viewer.count", { at: at + 1, all: all.length })}
        </span>
        <span className={s.next}>
          <IconButton
            icon="back"
            label={say("viewer.after")}
            disabled={at === all.length - 1}
            onClick={() => go(1)}
          />
        </span>
      </div>
    </dialog>
  );
}

interface HeadProps extends Pictured {
  files: FilesModel;
  now: number;
  onClose(): void;
}

function ViewerHead({ row, file, files, now, onClose }: HeadProps) {
  const say = useText();
  const words = useTroubleText();
  const format = useFormat();
  const { unsaved, get, save } = useDownload(files, row.eventId, file.id);
  const button = useRef<HTMLButtonElement>(null);
  const failed = unsaved && "trouble" in unsaved ? unsaved.trouble : undefined;
  return (
    <header className={s.head}>
      <div className={s.about}>
        <FileName name={file.name} />
        <span className={s.by}>
          <SentBy author={row.author} when={format.since(row.at, now)} />, {format.size(file.size)}
        </span>
        <span role="alert">{failed === undefined ? "" : words(failed, "file.unreadable")}</span>
        {unsaved && "ready" in unsaved ? (
          <span role="status">
            {say("file.ready")}
            <button
              type="button"
              className={s.save}
              onClick={() => {
                save();
                button.current?.focus();
              }}
            >
              {say("file.save")}
            </button>
          </span>
        ) : null}
      </div>
      <IconButton
        ref={button}
        icon="download"
        label={say("file.get", { name: file.name })}
        disabled={file.waiting}
        onClick={() => void get()}
      />
      <IconButton icon="close" label={say("close")} data-focus="" onClick={onClose} />
    </header>
  );
}

interface FrameProps extends Pictured {
  files: FilesModel;
  onSwipe(step: number): void;
}

function Frame({ row, file, files, onSwipe }: FrameProps) {
  const say = useText();
  const words = useTroubleText();
  const [{ url, trouble }, onFailed] = useSource({
    files,
    eventId: row.eventId,
    file,
    variant: "preview",
  });
  const zoom = useZoom(onSwipe);
  return (
    <div className={s.frame} data-close={zoom.scale > 1 || undefined} {...zoom.handlers}>
      {url === undefined ? null : (
        <img
          src={url}
          alt={say("file.picture", { name: file.name })}
          draggable={false}
          style={{ transform: zoom.transform }}
          onError={onFailed}
        />
      )}
      {trouble === undefined ? null : <p role="alert">{words(trouble, "file.unreadable")}</p>}
      <div className={s.zoom}>
        <IconButton
          icon={zoom.scale > 1 ? "minus" : "plus"}
          label={say(zoom.scale > 1 ? "viewer.whole" : "viewer.closer")}
          onClick={zoom.toggle}
        />
      </div>
    </div>
  );
}
