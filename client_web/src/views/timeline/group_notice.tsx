/** What a line of the system says of decisions about a group. */
import type { NoticeRow } from "../../view_models/timeline";
import type { Format, Say } from "../text";

/** The whole sentence; undefined for what is no such decision. */
export function groupText(row: NoticeRow, say: Say, format: Format): string | undefined {
  const by = row.actor.name;
  const who = row.actor.me ? "me" : "other";
  switch (row.type) {
    case "admin.changed": {
      const to = row.person?.me ? "you" : "other";
      const name = row.person?.name ?? "";
      return say(row.on ? "notice.admin" : "notice.no_admin", { who, by, to, name });
    }
    case "group.described": {
      const text = row.text ?? "";
      return say(text === "" ? "notice.undescribed" : "notice.described", { who, by, text });
    }
    case "posting.changed":
      return say(row.on ? "notice.admins_write" : "notice.all_write", { who, by });
    case "group.pictured":
      return say(row.on ? "notice.pictured" : "notice.unpictured", { who, by });
    case "join_link.made":
      return say("notice.link", { who, by, until: format.moment(row.until ?? row.at) });
    case "join_link.revoked":
      return say("notice.link_gone", { who, by });
    default:
      return undefined;
  }
}
