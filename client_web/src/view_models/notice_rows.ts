/** The rows of a timeline that are no messages. */
import type { NoticeEvent, Row } from "../session/rows";
import type { ComplaintCategory } from "./complaints";
import type { PersonView } from "./people";
import type { NoticeRow } from "./timeline";

/** Whom a notice is about, and who answered before. */
export function namedIn(row: NoticeEvent): readonly (string | undefined)[] {
  if (row.type === "conversation.handed_over") return [row.successor, row.former || undefined];
  if (row.type === "conversation.uncovered") return [undefined, row.former];
  return ["person" in row ? row.person : undefined];
}

/** Who is named in a row. */
export function peopleIn(row: Row): readonly string[] {
  const others = row.type === "message.sent" ? [] : namedIn(row);
  return [row.actor, ...others].filter((id) => id !== undefined);
}

/** What a complaint is about, by language; undefined: no complaint, or of before. */
export function wordsOf(
  row: NoticeEvent,
  categories: readonly ComplaintCategory[],
): ComplaintCategory["words"] | undefined {
  if (row.type !== "complaint.filed") return undefined;
  return categories.find(({ category }) => category === row.category)?.words;
}

interface Named {
  readonly actor: PersonView;
  readonly person: PersonView | undefined;
  readonly former: PersonView | undefined;
  readonly words: ComplaintCategory["words"] | undefined;
}

export function noticeRow(row: NoticeEvent, { actor, person, former, words }: Named): NoticeRow {
  return {
    kind: "notice",
    key: row.event_id,
    type: row.type,
    actor,
    at: row.at,
    person,
    since: row.type === "notice.accepted" ? row.accepted_at : sinceOf(row),
    title: "title" in row ? row.title : undefined,
    former,
    history: "history" in row ? row.history : undefined,
    starts: row.type === "delegate.added" && !row.active ? row.starts : undefined,
    ends: "ends" in row ? row.ends : undefined,
    ended: "ended" in row ? row.ended : undefined,
    device: "name" in row ? row.name : undefined,
    text: "text" in row ? row.text : undefined,
    how: "how" in row ? row.how : undefined,
    on: isOn(row),
    until: row.type === "join_link.made" ? row.until : undefined,
    byLink: row.type === "member.added" && row.link !== undefined ? true : undefined,
    complaint: "reference" in row ? { ...row, words } : undefined,
  };
}

function sinceOf(row: NoticeEvent): string | undefined {
  return "since" in row ? row.since : undefined;
}

function isOn(row: NoticeEvent): boolean | undefined {
  if (row.type === "admin.changed") return row.on;
  if (row.type === "posting.changed") return row.admins_only;
  if (row.type === "group.described") return row.text !== "";
  return row.type === "group.pictured" ? row.sha256 !== undefined : undefined;
}
