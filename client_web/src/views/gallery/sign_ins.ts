/** The gallery's sign-in. */
import type { FirmView } from "../../view_models/firm_sign";
import type { SignInState } from "../../view_models/sign_in";
import { at } from "./rows";

/** A triangle on a dark ground. */
const PICTURE =
  "UklGRngBAABXRUJQVlA4IGwBAAAwCgCdASpAAEAAPuViqk2pJaQiNfLrMSAciWwAy2WhPq/w++nkMfEB6gNsBuLd5VHIgfILLPZj4sl5zlK4oz9QfUnKUcr4TtlePsiiS6sjfTeXDCjpLK9iRVAA/vCFCa4at9JnPJ3NKcyhDkTO0hfkwT7izk1Pilups3YRml9EA3bjFbUeoo1wjXStZ3orNLD4ksFtZ41apXUVq3jvjW2yq0EBh1hMYEh5Vxj7HTtQxvp0pZn9bThLM2f7XJLjpDX43Y8g6LSHhgYEXcEHjOLPHRSQi798GfLSM/MenOgoTDOob+TCAG7b0my+gqOVlf23rxtxAPHwEiHMZpSg3PzRsxOXKNQf0biZUXwNscp3V6YhwiL1NtQL+ASE7p5YBNzRqe/NwthsdzTvNm6eeI1PRBs5sp4p9R+iLf6IVeSKxqSBhcW3FMH9cUjXeplpOtSAFlThCnzpag1k0lLyHNVB++c5liccVJij7cAA";
const USED = at(60 * 5);
const LONG =
  "Gesellschaft für Vermögensverwaltung und Treuhandschaften Wolfeschlegelstein & Partner";

/** Whose sign-in it is, where a firm has a name. */
export const FIRMS: Readonly<Record<string, FirmView>> = {
  "sign-in-firm": { name: "Linden Private Bank", picture: PICTURE },
  "sign-in-named": { name: LONG },
};

export const SIGN_INS: Readonly<Record<string, Partial<SignInState>>> = {
  "sign-in": {},
  "sign-in-firm": {},
  "sign-in-named": {},
  "sign-in-link": { byLink: true },
  "sign-in-link-waits": { byLink: true, whose: "Anna Kowalska" },
  "sign-in-busy": { busy: true },
  "sign-in-wrong": { trouble: { code: "bad_credentials" } },
  "sign-in-link-used": {
    trouble: { code: "link_used" },
    used: { at: USED, device: "Firefox, Windows", address: "192.0.2.7", reported: false },
  },
  "sign-in-link-reported": {
    trouble: { code: "link_used" },
    used: { at: USED, device: "Firefox, Windows", address: "192.0.2.7", reported: true },
  },
  "sign-in-ended": { reason: "session_ended", trouble: { code: "offline" } },
};
