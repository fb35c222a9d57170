/** Ending the relationship with the firm. */
import { failureOf, sessionRefused } from "../session/failures";
import type { Api } from "../session/ports";

/** Resolves also where an earlier try, whose answer was lost, has ended the session already. */
export async function leaveFirm(api: Pick<Api, "leave">): Promise<void> {
  try {
    await api.leave();
  } catch (error) {
    if (!sessionRefused(failureOf(error))) throw error;
  }
}
