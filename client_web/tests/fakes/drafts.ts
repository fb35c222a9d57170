/** What the fake server makes of commands. */
import type * as wire from "../../src/wire/types.gen";
import type { Draft, Journal } from "./journal";

interface Base {
  readonly event_id: string;
  readonly conv: string;
  readonly actor: string;
}

/** What a command would put on the record, or the code of its refusal. */
export function draftOf(journal: Journal, base: Base, frame: wire.AnyCommand): Draft | string {
  if (frame.t === "send" && frame.forward !== undefined) {
    const source = journal.find(frame.forward);
    const row = source && journal.current(source, base.actor);
    if (row?.type !== "message.sent" || !journal.sees(base.actor, row)) return "no_such_message";
    if (row.removed_at !== undefined) return "message_removed";
    const { text, files, at, actor } = row;
    const forward = row.forward ?? { at, actor };
    return { type: "message.sent", text, ...(files && { files }), forward, ...base } as Draft;
  }
  if (frame.t === "send") {
    const target = frame.reply_to && journal.find(frame.reply_to);
    const called = frame.mentions && { mentions: frame.mentions };
    if (!target) return { type: "message.sent", text: frame.text, ...called, ...base } as Draft;
    const { event_id, conv_seq, actor } = target;
    const row = journal.current(target, base.actor);
    if (row.type !== "message.sent" || row.removed_at !== undefined) return "message_removed";
    const reply_to = {
      event_id,
      conv_seq,
      actor,
      ...(row.text === undefined ? {} : { text: row.text }),
    };
    return { type: "message.sent", text: frame.text, reply_to, ...called, ...base } as Draft;
  }
  if (frame.t === "title") return { type: "title.changed", title: frame.title, ...base };
  if (frame.t === "members") return membership(journal, base, frame);
  if (frame.t === "group") return decided(base, frame);
  // Whose a conversation is, is the real server's to say; nobody here is a client's advisor.
  if (frame.t === "relationship") return "no_relationship";
  if (frame.t === "complaint") return complaint(journal, base, frame);
  if (frame.t === "mark") return marked(base, frame);
  if (frame.t === "quiet_hours") {
    const { t: _, id: __, conv: ___, ...hours } = frame;
    return {
      type: "quiet_hours.set",
      weekends: false,
      ...hours,
      ...base,
      conv: `personal:${base.actor}`,
    };
  }
  const target = journal.find(frame.target);
  const row = target && journal.current(target, base.actor);
  if (row?.type !== "message.sent" || !journal.sees(base.actor, row)) return "no_such_message";
  if (row.removed_at !== undefined) return "message_removed";
  const { target: id } = frame;
  if (frame.t === "star") {
    const { conv: conversation, actor } = base;
    const own = { ...base, conv: `personal:${actor}`, conversation };
    return { type: "message.starred", target: id, on: frame.on ?? true, ...own };
  }
  if (frame.t === "react") {
    return {
      type: "reaction.changed",
      target: id,
      emoji: frame.emoji,
      on: frame.on ?? true,
      ...base,
    };
  }
  if (row.actor !== base.actor) return "not_yours";
  if (frame.t === "remove") return { type: "message.removed", target: id, ...base };
  return {
    type: "message.edited",
    target: id,
    text: frame.text,
    ...(frame.mentions && { mentions: frame.mentions }),
    ...base,
  };
}

function marked(base: Base, { mark, on = true, until, up_to, level }: wire.MarkCommand): Draft {
  const own = { ...base, conv: `personal:${base.actor}`, conversation: base.conv };
  const end = until === undefined ? {} : { until };
  const last = up_to === undefined ? {} : { up_to };
  const only = level === undefined ? {} : { level };
  return { type: "conversation.marked", mark, on, ...end, ...last, ...only, ...own };
}

/** Who may is the real server's to say; here everybody may. */
function decided(base: Base, frame: wire.GroupCommand): Draft | string {
  const { person = "", on = true, text = "", until = "" } = frame;
  switch (frame.op) {
    case "admin":
      return { type: "admin.changed", person, on, ...base };
    case "describe":
      return { type: "group.described", text, ...base };
    case "posting":
      return { type: "posting.changed", admins_only: on, ...base };
    case "link":
      return { type: "join_link.made", until, ...base };
    case "unlink":
      return { type: "join_link.revoked", ...base };
  }
}

function membership(journal: Journal, base: Base, frame: wire.Members): Draft | string {
  const members = journal.streams.get(base.conv)?.members;
  const person = frame.person ?? "";
  if (frame.op === "leave") return { type: "member.left", ...base };
  if (frame.op === "add") {
    return members?.has(person) ? "already_a_member" : { type: "member.added", person, ...base };
  }
  if (!members?.has(person)) return "not_a_member";
  if (frame.op === "remove") return { type: "member.removed", person, ...base };
  return { type: "history.shared", person, since: frame.since ?? "", ...base };
}

/** The same refusals as the server's that a page can bring about. */
function complaint(journal: Journal, base: Base, frame: wire.ComplaintCommand): Draft | string {
  const open = openComplaints(journal, base.conv);
  if (frame.op === "file") {
    const { target, category = "", text: reason = "" } = frame;
    if (open.some((each) => each.target === target)) return "complaint_exists";
    const reference = `C-00000-0000${open.length}`;
    const due = "2026-12-24T10:00:00.000000Z";
    const filed = { reference, category, about: `${category} in words`, reason, due };
    const about = target === undefined ? {} : { target };
    return { type: "complaint.filed", ...filed, ...about, ...base };
  }
  const found = open.find((each) => each.event_id === frame.complaint);
  if (found === undefined) return "no_such_complaint";
  const outcome = frame.op === "answer" ? ("answered" as const) : ("withdrawn" as const);
  const note = frame.text === undefined ? {} : { note: frame.text };
  const { event_id: complaint, reference } = found;
  return { type: "complaint.closed", complaint, reference, outcome, ...note, ...base };
}

function openComplaints(journal: Journal, conv: string): wire.ComplaintFiled[] {
  const events = journal.all.filter((event) => event.conv === conv);
  const closed = new Set(
    events.flatMap((event) => (event.type === "complaint.closed" ? [event.complaint] : [])),
  );
  return events.flatMap((event) =>
    event.type === "complaint.filed" && !closed.has(event.event_id) ? [event] : [],
  );
}
