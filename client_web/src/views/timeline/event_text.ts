/** What a line of the system says: the message of its event, with who did it and whom it is about. */
import type { NoticeRow } from "../../view_models/timeline";
import type { Format, Say, Values } from "../text";

/** The whole sentence; `language` is the reader's, for words that the firm wrote in several. */
export function eventText(row: NoticeRow, say: Say, format: Format, language: string): string {
  return say(`event.${row.type}`, {
    ...people(row),
    title: row.title ?? "",
    device: row.device ?? "",
    text: row.text ?? "",
    how: row.how ?? "in_person",
    on: row.on ? "yes" : "no",
    link: row.byLink ? "yes" : "no",
    ended: row.ended ? "yes" : "no",
    since: row.since === undefined ? "" : format.moment(row.since),
    until: row.until === undefined ? "" : format.moment(row.until),
    begins: row.starts === undefined ? "now" : "later",
    starts: row.starts === undefined ? "" : format.edge(row.starts),
    ends: row.ends === undefined ? "" : format.edge(row.ends),
    ...complaint(row, format, language),
  });
}

/** `who` did it, `to` whom, and what they are called; before a handover it was `former`. */
function people({ actor, person, former }: NoticeRow): Values {
  const to = person === undefined ? "nobody" : person.me ? "you" : "other";
  return {
    who: actor.me ? "me" : actor.kind === "system" ? "nobody" : "other",
    by: actor.name,
    to,
    name: person?.name ?? "",
    former: former?.name ?? "",
    way: former === undefined ? "taken" : former.id === actor.id ? "handed" : "passed",
    between: former?.me ? "from_you" : to === "you" ? "to_you" : "other",
  };
}

function complaint(row: NoticeRow, format: Format, language: string): Values {
  const { reference = "", words, about, due, outcome } = row.complaint ?? {};
  return {
    reference,
    about: words?.[language] ?? about ?? "",
    day: due === undefined ? "" : format.date(due),
    what: aboutWhat(row.complaint),
    outcome: outcome ?? "answered",
  };
}

function aboutWhat(complaint: NoticeRow["complaint"]): string {
  if (complaint?.unseen) return "unseen";
  return complaint?.target === undefined ? "conversation" : "message";
}

/** What whoever comes in gets to read, as a sentence of its own; undefined: it was not asked. */
export function historyText(row: NoticeRow, say: Say, format: Format): string | undefined {
  const joined = row.type === "member.added" && row.since !== undefined;
  const history = joined ? "since" : row.history;
  if (history === undefined) return undefined;
  const to = row.person?.me ? "you" : "other";
  const since = row.since === undefined ? "" : format.edge(row.since);
  return say(`event.reads.${history}`, { to, name: row.person?.name ?? "", since });
}
