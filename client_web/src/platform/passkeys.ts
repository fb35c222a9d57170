/** Passkeys as browsers have them; the code that asks for one is fetched then. */
import type { Authenticator } from "../session/ports";

const DECLINED = "onrecord.no_passkey";

export const browserPasskeys: Authenticator = {
  available: typeof PublicKeyCredential === "function",
  make: async (wish) => (await import("./passkey_ceremony")).make(wish),
  use: async (question) => (await import("./passkey_ceremony")).use(question),

  declined: () => stored((storage) => storage.getItem(DECLINED)) === "yes",
  decline: () => void stored((storage) => storage.setItem(DECLINED, "yes")),
};

/** A browser may refuse storage altogether; then it is offered again. */
function stored<T>(use: (storage: Storage) => T): T | undefined {
  try {
    return use(localStorage);
  } catch (error) {
    if (error instanceof DOMException) return undefined;
    throw error;
  }
}
