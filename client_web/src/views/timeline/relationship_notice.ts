/** Sentences about who answers for a client. */
import type { NoticeRow } from "../../view_models/timeline";
import type { Format, Say } from "../text";

/** Undefined: it is about something else. An administrator's doing names nobody. */
export function relationshipText(row: NoticeRow, say: Say, format: Format): string | undefined {
  const name = row.person?.name ?? "";
  const to = row.person?.me ? "you" : "other";
  switch (row.type) {
    case "conversation.handed_over": {
      const { former, actor } = row;
      if (former === undefined) return say("notice.taken", { to, name });
      const who = former.me ? "from_you" : row.person?.me ? "to_you" : "other";
      const by = former.name;
      return say(actor.id === former.id ? "notice.handed" : "notice.passed", { who, name, by });
    }
    case "conversation.uncovered":
      return say("uncovered", { name: row.former?.name ?? "" });
    case "delegate.added": {
      const whose = row.actor.me ? "me" : row.actor.kind === "system" ? "nobody" : "other";
      const by = row.actor.name;
      const ends = format.edge(row.ends ?? "");
      if (row.starts === undefined) return say("notice.stands_in", { to, whose, name, by, ends });
      const starts = format.edge(row.starts);
      return say("notice.will_stand_in", { to, whose, name, by, starts, ends });
    }
    case "delegate.started":
      return say("notice.began", { to, name });
    case "delegate.ended":
      return say("notice.ended", { to, name });
    default:
      return undefined;
  }
}

/** What whoever comes in gets to read, as a sentence of its own; undefined: it was not asked. */
export function historyText(row: NoticeRow, say: Say, format: Format): string | undefined {
  const joined = row.type === "member.added" && row.since !== undefined;
  const history = joined ? "since" : row.history;
  if (history === undefined) return undefined;
  const who = row.person?.me ? "you" : "other";
  const since = row.since === undefined ? "" : format.edge(row.since);
  return say(`notice.reads.${history}`, { who, name: row.person?.name ?? "", since });
}
