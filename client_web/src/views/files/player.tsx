/** Film and sound: fetched when they are to be played, by the browser's own player. */
import { useState } from "react";
import { Icon } from "../parts/icon";
import { useFormat, useText, useTroubleText } from "../text";
import { aboutFile, FileName } from "./document";
import d from "./document.module.css";
import type { FileProps } from "./message_files";
import s from "./player.module.css";
import { useSource } from "./use_source";

export function Player(props: Omit<FileProps, "onOpen">) {
  const { file, tabIndex } = props;
  const say = useText();
  const format = useFormat();
  const [playing, setPlaying] = useState(false);
  if (playing) return <Playing {...props} />;
  return (
    <button
      type="button"
      className={d.document}
      tabIndex={tabIndex}
      title={file.name}
      onClick={() => setPlaying(true)}
    >
      <span className={s.play}>
        <Icon name="play" size={20} />
      </span>
      <span className={d.lines}>
        <FileName name={file.name} said={say("file.play", { name: file.name })} />
        <span className={d.about}>{aboutFile(file, format)}</span>
      </span>
    </button>
  );
}

/** A link ends while something is played: it goes on where it was, with another one. */
function Playing({ file, eventId, files, tabIndex }: Omit<FileProps, "onOpen">) {
  const words = useTroubleText();
  const [at, setAt] = useState(0);
  const [{ url, trouble }, onFailed] = useSource({ files, eventId, file, variant: "original" });
  if (trouble !== undefined) {
    return (
      <p className={d.trouble} role="alert">
        {words(trouble, "file.unreadable")}
      </p>
    );
  }
  const media = {
    src: url,
    controls: true,
    autoPlay: true,
    tabIndex,
    "aria-label": file.name,
    onError: onFailed,
    onTimeUpdate: ({ currentTarget: { currentTime } }: { currentTarget: HTMLMediaElement }) => {
      if (currentTime > 0) setAt(currentTime);
    },
    onLoadedMetadata: ({ currentTarget }: { currentTarget: HTMLMediaElement }) => {
      if (at > 0) currentTarget.currentTime = at;
    },
  };
  return file.kind === "sound" ? (
    <audio className={s.sound} {...media} />
  ) : (
    <video className={s.film} playsInline {...media} />
  );
}
