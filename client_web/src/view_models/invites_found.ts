/** Finding one of many invites. */
import type { InviteView } from "./invites";
import { matches } from "./words";

/** Fewer are seen at a glance. */
export const SEARCHED_FROM = 8;

/** Those whose name, firm or address a query names. */
export function invitesFound(invites: readonly InviteView[], query: string): readonly InviteView[] {
  return invites.filter(({ name, org = "", address }) => matches(query, [name, org, address]));
}
