/** Message text: plain, with its web addresses as links, whose target is never hidden by other words. */
import { Fragment, memo, type ReactNode } from "react";
import { addressesIn } from "../../view_models/addresses";

export const RichText = memo(function RichText({
  text,
  tabIndex,
}: {
  text: string;
  tabIndex: number;
}) {
  const parts: ReactNode[] = [];
  let from = 0;
  for (const { at, address } of addressesIn(text)) {
    if (!URL.canParse(address)) continue;
    parts.push(
      <Fragment key={at}>
        {text.slice(from, at)}
        <a href={address} target="_blank" rel="noopener noreferrer nofollow" tabIndex={tabIndex}>
          {address}
        </a>
      </Fragment>,
    );
    from = at + address.length;
  }
  if (from === 0) return text;
  return [...parts, text.slice(from)];
});

/** Longer than this, a message is shown cut with a way to unfold it. */
export function isLong(text: string): boolean {
  return text.length > 1800 || text.split("\n", 26).length > 25;
}
