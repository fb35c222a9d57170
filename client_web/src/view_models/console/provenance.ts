/** What an approver reads of where an account comes from, and of who asks. */
import type * as wire from "../../wire/types.gen";

export type Line =
  | { readonly part: "added" | "link"; readonly said: StepSaid; readonly step: wire.ProvenanceStep }
  | { readonly part: "first"; readonly said: "came"; readonly signIn: wire.FirstSignIn }
  | { readonly part: "added" | "link" | "first"; readonly said: Unsaid };
/** By one; by one at another's request; at the server's own shell. */
export type StepSaid = "by" | "agreed" | "server";
/** Why there is nothing to say: it did not happen, or the record does not have it. */
export type Unsaid = "no_link" | "not_yet" | "unknown" | "unknown_added";

/** Who added somebody, who made their first links, and their first sign-in, in this order. */
export function provenanceLines({ provenance }: wire.ApprovalRequest): readonly Line[] {
  if (provenance === undefined) return [];
  const { added, first_sign_in: first, enrolled } = provenance;
  const adding: Line =
    added === undefined ? { part: "added", said: "unknown_added" } : step("added", added);
  const coming: Line =
    first === undefined
      ? { part: "first", said: enrolled ? "unknown" : "not_yet" }
      : { part: "first", said: "came", signIn: first };
  return [adding, ...links(provenance), coming];
}

/** What of it was done by who asks: said to who may approve. */
export function askersPart({ provenance, own, about_oneself }: wire.ApprovalRequest) {
  const parts = own || about_oneself ? [] : (provenance?.by_asker ?? []);
  return parts.length > 1 ? "both" : parts[0];
}

/** Who came in by another way than a link, a client by their invitation say, needed none. */
function links({ links, enrolled, first_sign_in: first }: wire.Provenance): readonly Line[] {
  if (links.length > 0) return links.map((each) => step("link", each));
  if (!enrolled) return [{ part: "link", said: "no_link" }];
  return first === undefined || first.auth === "link" ? [{ part: "link", said: "unknown" }] : [];
}

function step(part: "added" | "link", done: wire.ProvenanceStep): Line {
  const said = done.by === undefined ? "server" : done.asked_by === undefined ? "by" : "agreed";
  return { part, said, step: done };
}
