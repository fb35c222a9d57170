/** The files that go with the message that is being written. */
import { useEffect, useMemo, useState } from "react";
import type { TrayFile } from "../../view_models/composer";
import type { VoiceMeasure } from "../../view_models/voice";
import { useBrowser } from "../browser";
import { IconButton } from "../parts/button";
import { Icon } from "../parts/icon";
import { useFormat, useText } from "../text";
import { FileName } from "./document";
import s from "./tray.module.css";
import { ownAddress, Voice } from "./voice";

interface TrayProps {
  files: readonly TrayFile[];
  /** How many did not fit. */
  leftOut: number;
  onDrop(key: string): void;
  onMeasured(key: string, width: number, height: number): void;
}

export function Tray({ files, leftOut, onDrop, onMeasured }: TrayProps) {
  const say = useText();
  return (
    <div className={s.tray}>
      <ul className={s.list} aria-label={say("attach.label", { count: files.length })}>
        {files.map((file) => (
          <Attached key={file.key} file={file} onDrop={onDrop} onMeasured={onMeasured} />
        ))}
      </ul>
      <p role="status" className={s.left}>
        {leftOut > 0 ? say("attach.left_out", { count: leftOut }) : ""}
      </p>
    </div>
  );
}

interface HeldVoiceProps {
  file: TrayFile;
  voice: VoiceMeasure;
  onDrop(key: string): void;
}

type AttachedProps = Pick<TrayProps, "onDrop" | "onMeasured"> & { file: TrayFile };

function Attached({ file, onDrop, onMeasured }: AttachedProps) {
  const say = useText();
  const format = useFormat();
  const { key, name, trouble, voice } = file;
  if (voice !== undefined && trouble === undefined) {
    return <HeldVoice file={file} voice={voice} onDrop={onDrop} />;
  }
  return (
    <li className={s.file} data-trouble={trouble !== undefined || undefined}>
      <Preview file={file} onMeasured={onMeasured} />
      <span className={s.lines}>
        <FileName name={name} />
        <span className={s.about}>
          {trouble === undefined ? format.size(file.size) : say(`attach.${trouble}`)}
        </span>
      </span>
      <IconButton
        icon="close"
        size={16}
        label={say("attach.remove", { name })}
        onClick={() => onDrop(key)}
      />
    </li>
  );
}

/** A voice note is heard before it is sent. */
function HeldVoice({ file, voice, onDrop }: HeldVoiceProps) {
  const say = useText();
  const { content, key } = file;
  const { addresses } = useBrowser();
  const ask = useMemo(() => {
    const own = ownAddress(async () => content, addresses);
    return async () => (await own()) ?? { trouble: { code: "file_unreadable" } };
  }, [content, addresses]);
  return (
    <li className={s.voice}>
      <Voice voice={voice} tabIndex={0} ask={ask} />
      <IconButton icon="trash" size={18} label={say("voice.discard")} onClick={() => onDrop(key)} />
    </li>
  );
}

function Preview({ file, onMeasured }: Omit<AttachedProps, "onDrop">) {
  const { content, key } = file;
  const { addresses } = useBrowser();
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = file.kind === "picture" ? addresses.of(content) : undefined;
    if (made === undefined) return;
    setUrl(made);
    return () => addresses.release(made);
  }, [content, file.kind, addresses]);
  return (
    <span className={s.preview}>
      {url === undefined ? (
        <Icon name={file.kind === "film" || file.kind === "sound" ? "play" : "file"} size={22} />
      ) : (
        <img
          src={url}
          alt=""
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            onMeasured(key, naturalWidth, naturalHeight)
          }
          onError={() => setUrl(undefined)}
        />
      )}
    </span>
  );
}
