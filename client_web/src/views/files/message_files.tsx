/** The files of a message: pictures side by side, then what is played, then documents. */
import type { FilesModel, FileView } from "../../view_models/files";
import type { MessageRow } from "../../view_models/timeline";
import { useText } from "../text";
import { Document } from "./document";
import s from "./message_files.module.css";
import { Picture } from "./picture";
import { Player } from "./player";
import { Uploading } from "./uploading";
import { SentVoice } from "./voice";

export interface FileProps {
  eventId: string;
  file: FileView;
  files: FilesModel;
  tabIndex: number;
  /** Shows a picture as large as it fits. */
  onOpen(eventId: string, file: string): void;
  /** Asks for a code, and then goes on. */
  onProve(then: () => void): void;
}

interface MessageFilesProps extends Pick<FileProps, "files" | "tabIndex" | "onOpen" | "onProve"> {
  row: MessageRow;
  onCancel(key: string): void;
  onPlayed(eventId: string): void;
}

export function MessageFiles({ row, onCancel, onPlayed, ...props }: MessageFilesProps) {
  const say = useText();
  if (row.files.length === 0) return null;
  const pictures = row.files.filter(({ kind }) => kind === "picture");
  const others = row.files.filter(({ kind }) => kind !== "picture");
  const { eventId } = row;
  return (
    <div className={s.files}>
      {pictures.length === 0 ? null : (
        <div
          className={s.pictures}
          data-many={pictures.length > 1 || undefined}
          {...(pictures.length > 1
            ? { role: "group", "aria-label": say("file.pictures", { count: pictures.length }) }
            : {})}
        >
          {pictures.map((file) => (
            <Picture
              key={file.key}
              {...props}
              eventId={eventId}
              file={file}
              alone={pictures.length === 1}
            />
          ))}
        </div>
      )}
      {others.map((file) =>
        file.voice !== undefined ? (
          <SentVoice
            key={file.key}
            eventId={eventId}
            file={{ ...file, voice: file.voice }}
            files={props.files}
            tabIndex={props.tabIndex}
            onPlayed={onPlayed}
          />
        ) : file.kind === "document" ? (
          <Document key={file.key} {...props} eventId={eventId} file={file} />
        ) : (
          <Player key={file.key} {...props} eventId={eventId} file={file} />
        ),
      )}
      {row.uploading && row.trouble === undefined ? (
        <Uploading
          files={row.files}
          model={props.files}
          tabIndex={props.tabIndex}
          onCancel={() => onCancel(row.key)}
        />
      ) : null}
    </div>
  );
}
