/**
 * The token of an advisor's invite, out of the address and kept for as long as the tab is open.
 *
 * A phone may drop the page while its owner looks for the code in the mail. The token alone lets
 * nobody in: the code goes to the address that the advisor typed. Where a browser keeps nothing, a
 * reload needs the link again.
 */
import type { InviteKeeper, KeptInvite } from "../view_models/invitation";
import { checked } from "../wire/codec";
import type { CodeSent } from "../wire/types.gen";
import { inTab } from "./tab_storage";

const KEY = "onrecord.invite";

export const browserInvites: InviteKeeper = {
  take() {
    const token = /^#invite=(.+)$/.exec(location.hash)?.[1];
    if (token === undefined) return kept();
    history.replaceState(history.state, "", location.pathname + location.search);
    const before = kept();
    if (before?.token === token) return before;
    keep({ token });
    return { token };
  },
  keep,
  forget: () => inTab((storage) => storage.removeItem(KEY)),
};

function keep(invite: KeptInvite): void {
  inTab((storage) => storage.setItem(KEY, JSON.stringify(invite)));
}

function kept(): KeptInvite | undefined {
  const text = inTab((storage) => storage.getItem(KEY)) ?? null;
  return text === null ? undefined : understood(text);
}

/** What an earlier version of this page left is of no use, and no harm. */
function understood(text: string): KeptInvite | undefined {
  try {
    const { token, locale, code } = JSON.parse(text) as Partial<KeptInvite>;
    if (typeof token !== "string") return undefined;
    const invite = locale === "en" || locale === "pl" ? { token, locale } : { token };
    if (typeof code?.at !== "number" || typeof code.notice !== "string") return invite;
    return { ...invite, code: { ...code, sent: checked<CodeSent>("CodeSent", code.sent) } };
  } catch {
    return undefined;
  }
}
