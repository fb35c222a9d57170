/** What is wrong in one place, for more than one reason. */
import type { Trouble } from "../people";

/** Those there are; what several met, such as a lost connection, once. */
export function saidOnce(troubles: readonly (Trouble | undefined)[]): readonly Trouble[] {
  const known = troubles.filter((each) => each !== undefined);
  return known.filter(({ code }, at) => known.findIndex((each) => each.code === code) === at);
}
