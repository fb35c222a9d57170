/** What the server's answers say; one that says nothing comes from something in between. */
import { Refused, Unreachable } from "../session/failures";
import { BadFrame, checked } from "../wire/codec";
import type { Definition } from "../wire/schema";
import type * as wire from "../wire/types.gen";

/** What a 4xx or 5xx means. One that is no problem comes from something in between. */
export async function refusalOf(response: Response): Promise<Refused | Unreachable> {
  const problem = await json(response).catch((error: unknown) => error);
  try {
    const stated = checked<wire.Problem>("Problem", problem);
    const { status, code, detail, retry_after, invite, part, outside, used } = stated;
    const about = { invite, part, outside, used, switching: stated.switch };
    return new Refused(status, code, detail, retry_after, about);
  } catch (error) {
    if (!(error instanceof BadFrame)) throw error;
    return new Unreachable("server_error", { cause: error });
  }
}

export async function json(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    throw new Unreachable("server_error", { cause: error });
  }
}

export function understood<T>(definition: Definition, value: unknown): T {
  try {
    return checked<T>(definition, value);
  } catch (error) {
    if (!(error instanceof BadFrame)) throw error;
    throw new Unreachable("server_error", { cause: error });
  }
}
