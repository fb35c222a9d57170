/** The gallery's sign-in. */
import type { SignInState } from "../../view_models/sign_in";

export const SIGN_INS: Readonly<Record<string, Partial<SignInState>>> = {
  "sign-in": {},
  "sign-in-link": { byLink: true },
  "sign-in-busy": { busy: true },
  "sign-in-wrong": { trouble: { code: "bad_credentials" } },
  "sign-in-link-used": { byLink: true, trouble: { code: "bad_link" } },
  "sign-in-ended": { reason: "session_ended", trouble: { code: "offline" } },
};
