/** How sure the firm is of a client, as every screen says it. */
import type * as wire from "../wire/types.gen";

export type Level = "code" | "advisor_confirmed" | "passkey" | "overdue" | "none";

/** What is known of a client; which level it is now follows from the time. */
export interface AssuranceView {
  readonly proof: wire.Assurance["proof"];
  readonly provedAt: string;
  readonly until: string;
  readonly confirmed?:
    | { readonly until: string; readonly how: wire.Confirmation["how"]; readonly by: string }
    | undefined;
}

export interface Standing {
  readonly level: Level;
  /** overdue: when they were last made sure of. */
  readonly since: string;
}

/** `by`: the name of whoever gave their word. */
export function assuranceView(assurance: wire.Assurance, by: string | undefined): AssuranceView {
  const { proof, proved_at, until, confirmation } = assurance;
  const confirmed = confirmation && {
    until: confirmation.until,
    how: confirmation.how,
    by: by ?? "…",
  };
  return { proof, provedAt: proved_at, until, confirmed };
}

export function standingOf(assurance: AssuranceView, now: number): Standing {
  const { proof, provedAt, until, confirmed } = assurance;
  if (proof === "none") return { level: "none", since: provedAt };
  const confirmedNow = confirmed !== undefined && now < Date.parse(confirmed.until);
  if (now >= Date.parse(until) && !confirmedNow) return { level: "overdue", since: provedAt };
  if (proof === "passkey") return { level: "passkey", since: provedAt };
  return { level: confirmedNow ? "advisor_confirmed" : "code", since: provedAt };
}
