/** Few words for each kind of notice, for the list. */
import type { PersonView } from "../view_models/people";
import type { NoticeRow } from "../view_models/timeline";
import type { TextId } from "./text";

const SHORT: Record<NoticeRow["type"], TextId> = {
  "conversation.created": "notice.short.created",
  "member.added": "notice.short.added",
  "history.shared": "notice.short.shared",
  "member.removed": "notice.short.removed",
  "member.left": "notice.short.left",
  "title.changed": "notice.short.title",
  "admin.changed": "notice.short.admin",
  "group.described": "notice.short.described",
  "posting.changed": "notice.short.posting",
  "group.pictured": "notice.short.pictured",
  "join_link.made": "notice.short.link",
  "join_link.revoked": "notice.short.link_gone",
  "notice.accepted": "notice.short.accepted",
  "conversation.handed_over": "notice.short.handed",
  "conversation.uncovered": "notice.short.uncovered",
  "delegate.added": "notice.short.delegate",
  "delegate.started": "notice.short.delegate",
  "delegate.ended": "notice.short.delegate_ended",
  "device.added": "notice.short.device",
  "identity.confirmed": "notice.short.confirmed",
  "identity.withdrawn": "notice.short.withdrawn",
  "identity.reset": "notice.short.reset",
  "complaint.filed": "notice.short.complaint",
  "complaint.closed": "notice.short.complaint_closed",
  "out_of_office.replied": "notice.short.replied",
};

/** Few words for a kind of notice, for the list; `by`: what its actor is. */
export function noticeId(type: string, by: PersonView["kind"]): TextId {
  // Who no longer answers for a client leaves their groups, and the service writes it.
  if (type === "member.removed" && by === "system") return SHORT["member.left"];
  return type in SHORT ? SHORT[type as NoticeRow["type"]] : "notice.short.other";
}
