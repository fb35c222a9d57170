/** Every way in: where somebody else is signed in, whoever comes is asked first. */
import { Refused } from "../session/failures";
import type * as wire from "../wire/types.gen";

/** Resolves once whoever comes in agreed; never, if they stay who they are. */
export type AskFirst = (who: wire.SwitchOfPerson) => Promise<void>;

/** Whose place whoever comes in takes, once they agreed: part of what they send. */
export interface Agreed {
  readonly instead_of?: string;
}

/** Goes `way`; asks before whoever comes takes the place of somebody else. Rejects as `way` does. */
export async function comeIn<Let>(
  way: (agreed: Agreed) => Promise<Let>,
  askFirst: AskFirst,
  agreed: Agreed = {},
): Promise<Let> {
  try {
    return await way(agreed);
  } catch (error) {
    const who = error instanceof Refused ? error.about.switching : undefined;
    if (who === undefined) throw error;
    await askFirst(who);
    return comeIn(way, askFirst, { instead_of: who.here.id });
  }
}
