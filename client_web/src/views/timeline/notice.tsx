/** A line of the system: who joined, left, was added, renamed, and from when history is shared. */
import { memo } from "react";
import type { NoticeRow } from "../../view_models/timeline";
import { type Format, type Say, useFormat, useText } from "../text";
import { AutomaticReply } from "./automatic_reply";
import { groupText } from "./group_notice";
import s from "./notice.module.css";
import { historyText, relationshipText } from "./relationship_notice";

/** The whole sentence. */
export function noticeText(row: NoticeRow, say: Say, format: Format): string {
  const by = row.actor.name;
  const me = row.actor.me;
  const name = row.person?.name ?? "";
  const since = row.since === undefined ? "" : format.moment(row.since);
  switch (row.type) {
    case "conversation.created":
      return me ? say("notice.created.me") : say("notice.created", { by });
    case "member.added":
      if (row.byLink) return me ? say("notice.joined.me") : say("notice.joined", { by });
      if (row.person?.me) return say("notice.added.you", { by });
      return me ? say("notice.added.me", { name }) : say("notice.added", { by, name });
    case "history.shared":
      return me
        ? say("notice.shared.me", { name, since })
        : say("notice.shared", { by, name, since });
    case "member.removed":
      if (row.actor.kind === "system") {
        return row.person?.me ? say("notice.parted.you") : say("notice.parted", { name });
      }
      if (row.person?.me) return say("notice.removed.you", { by });
      return me ? say("notice.removed.me", { name }) : say("notice.removed", { by, name });
    case "member.left":
      if (row.ended) return me ? say("notice.left_firm.me") : say("notice.left_firm", { by });
      return me ? say("notice.left.me") : say("notice.left", { by });
    case "title.changed": {
      const title = row.title ?? "";
      return me ? say("notice.title.me", { title }) : say("notice.title", { by, title });
    }
    case "notice.accepted":
      if (row.person === undefined)
        return me ? say("notice.accepted.me") : say("notice.accepted", { by });
      return row.person.me
        ? say("notice.accepted_earlier.me", { since })
        : say("notice.accepted_earlier", { name, since });
    case "device.added": {
      const device = row.device ?? "";
      return me ? say("notice.device.me", { device }) : say("notice.device", { by, device });
    }
    case "identity.confirmed": {
      const how = row.how ?? "in_person";
      if (row.person?.me) return say("notice.confirmed.you", { by, how });
      return me
        ? say("notice.confirmed.me", { name, how })
        : say("notice.confirmed", { by, name, how });
    }
    case "identity.withdrawn":
      if (row.person?.me) return say("notice.withdrawn.you", { by });
      return me ? say("notice.withdrawn.me", { name }) : say("notice.withdrawn", { by, name });
    case "identity.reset":
      if (row.person?.me) return say("notice.reset.you", { by });
      return me ? say("notice.reset.me", { name }) : say("notice.reset", { by, name });
    case "out_of_office.replied":
      return say("notice.replied");
    default:
      return groupText(row, say, format) ?? relationshipText(row, say, format) ?? "";
  }
}

export const Notice = memo(function Notice({ row }: { row: NoticeRow }) {
  const say = useText();
  const format = useFormat();
  const reads = historyText(row, say, format);
  if (row.type === "out_of_office.replied")
    return <AutomaticReply row={row} text={row.text ?? ""} />;
  return (
    <p className={s.notice} title={format.full(row.at)}>
      <span>{noticeText(row, say, format)}</span>
      {reads === undefined ? null : <span className={s.reads}>{reads}</span>}
      <time className={s.time} dateTime={row.at}>
        {format.clock(row.at)}
      </time>
    </p>
  );
});
