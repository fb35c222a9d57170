/** What a hit is that is no message. */
import type { TextId } from "../text";

const KINDS = {
  "complaint.filed": "console.hit.kind.complaint.filed",
  "complaint.closed": "console.hit.kind.complaint.closed",
  "out_of_office.replied": "console.hit.kind.out_of_office.replied",
  "notice.accepted": "console.hit.kind.notice.accepted",
  "device.added": "console.hit.kind.device.added",
  "broadcast.sent": "console.hit.kind.broadcast.sent",
  "group.described": "console.hit.kind.group.described",
  "title.changed": "console.hit.kind.title.changed",
  "conversation.created": "console.hit.kind.conversation.created",
} as const satisfies Readonly<Record<string, TextId>>;

export function hitKind(type: string): TextId | undefined {
  return type in KINDS ? KINDS[type as keyof typeof KINDS] : undefined;
}
