/** A picture in a message: its place is there before it is. */
import type { FileView } from "../../view_models/files";
import { Icon } from "../parts/icon";
import { useText, useTroubleText } from "../text";
import type { FileProps } from "./message_files";
import s from "./picture.module.css";
import { useSource } from "./use_source";

/** Neither a line nor a tower, whatever the picture is. */
const [WIDEST, TALLEST] = [2.4, 0.6];

export function Picture({ file, alone, ...props }: FileProps & { alone: boolean }) {
  const { eventId, files, tabIndex, onOpen, onProve } = props;
  const say = useText();
  const words = useTroubleText();
  const variant = alone ? "preview" : "thumb";
  const [{ url, trouble }, onFailed, again] = useSource({ files, eventId, file, variant });
  const picture = say("file.picture", { name: file.name });
  const unread = trouble && words(trouble, "file.unreadable");
  return (
    <button
      type="button"
      className={s.picture}
      data-alone={alone || undefined}
      tabIndex={tabIndex}
      aria-label={unread === undefined ? picture : `${picture}: ${unread}`}
      style={
        alone
          ? ({ "--ratio": ratioOf(file), "--width": `${widthOf(file)}px` } as object)
          : undefined
      }
      onClick={() =>
        trouble?.code === "step_up_required" ? onProve(again) : onOpen(eventId, file.id)
      }
    >
      {url === undefined ? null : (
        <img src={url} alt="" decoding="async" draggable={false} onError={onFailed} />
      )}
      {unread === undefined ? null : (
        <span className={s.trouble}>
          <Icon name="alert" size={16} />
          {unread}
        </span>
      )}
    </button>
  );
}

export function ratioOf({ width, height }: Pick<FileView, "width" | "height">): number {
  if (width === undefined || height === undefined) return 4 / 3;
  return Math.min(WIDEST, Math.max(TALLEST, width / height));
}

/** At most 320 px wide and 360 high; small ones keep their size. */
export function widthOf(file: Pick<FileView, "width" | "height">): number {
  return Math.round(Math.max(96, Math.min(320, file.width ?? 320, 360 * ratioOf(file))));
}
