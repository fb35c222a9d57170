/** The second line of a conversation in the list. */
import { contained } from "../../view_models/bidi";
import type { ConversationItem } from "../../view_models/conversation_list";
import type { FilesGist } from "../../view_models/files";
import { wholeLength } from "../../view_models/voice";
import { typingText } from "../conversation/typing";
import { Ticks } from "../parts/ticks";
import { type Say, useKnownId, useText } from "../text";
import s from "./row.module.css";

/** What matters most now: somebody typing, an own draft, or the newest row. */
export function PreviewLine({ item }: { item: ConversationItem }) {
  const say = useText();
  const known = useKnownId();
  const { preview } = item;
  if (item.typing.length > 0) {
    return <span className={s.typing}>{typingText(item.typing, say)}</span>;
  }
  if (item.draft !== undefined) {
    return (
      <span className={s.preview}>
        <span className={s.draft}>{say("list.draft")}</span>{" "}
        <bdi className={s.said}>{contained(item.draft)}</bdi>
      </span>
    );
  }
  if (item.left) return <span className={s.faint}>{say("list.left")}</span>;
  switch (preview?.kind) {
    case "message":
      return (
        <>
          {item.tick === undefined ? null : <Ticks tick={item.tick} />}
          <span className={s.preview}>
            {preview.author.me || item.kind === "group" || item.others.length > 1 ? (
              <span className={s.by}>
                {preview.author.me
                  ? say("list.you")
                  : say("list.by", { name: preview.author.name })}
              </span>
            ) : null}{" "}
            <bdi className={s.said}>{preview.text || filesText(preview.files, say)}</bdi>
          </span>
        </>
      );
    case "removed":
      return <span className={s.faint}>{say("message.removed.short")}</span>;
    case "notice":
      return (
        <span className={s.faint}>
          {say(known(`preview.${preview.type}`) ?? "preview.other", {
            who: preview.author.kind === "system" ? "nobody" : "other",
            ended: item.ended ? "yes" : "no",
          })}
        </span>
      );
    default:
      return <span className={s.faint}>{say("list.nothing_yet")}</span>;
  }
}

/** Files without words: what one is, or how many there are. */
export function filesText(files: FilesGist | undefined, say: Say): string {
  if (files === undefined) return "";
  if (files.count > 1) return say("file.many", { count: files.count });
  if (files.voiceMs !== undefined) {
    return say("voice.label", { length: wholeLength(files.voiceMs) });
  }
  return files.kind === "document" ? files.name : say(`file.kind.${files.kind}`);
}
