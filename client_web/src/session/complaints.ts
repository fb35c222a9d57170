/** The complaints of a conversation, and how events change them. */
import type * as wire from "../wire/types.gen";

export type ComplaintEvent = wire.ComplaintFiled | wire.ComplaintClosed;

/** The complaints after an event; the same list if it changes nothing. */
export function complained(
  before: readonly wire.Complaint[] | undefined,
  event: ComplaintEvent,
): wire.Complaint[] {
  const known = (before ?? []) as wire.Complaint[];
  if (event.type === "complaint.filed") {
    const { event_id: id, reference, category, about, actor: person, at, due } = event;
    const { target, unseen } = event;
    if (known.some((each) => each.id === id)) return known;
    const about_it = {
      ...(target === undefined ? {} : { target }),
      ...(unseen ? { unseen } : {}),
    };
    const filed = { id, reference, category, about, person, at, due, state: "open" as const };
    return [...known, { ...filed, ...about_it }];
  }
  const { complaint, outcome: state, at: closed_at, actor: closed_by } = event;
  const open = known.find((each) => each.id === complaint && each.state === "open");
  if (open === undefined) return known;
  return known.map((each) => (each === open ? { ...each, state, closed_at, closed_by } : each));
}

/** The newest complaint about each message. */
export function byTarget(
  complaints: readonly wire.Complaint[] = [],
): ReadonlyMap<string, wire.Complaint> {
  return new Map(
    complaints.flatMap((each) => (each.target === undefined ? [] : [[each.target, each]])),
  );
}
