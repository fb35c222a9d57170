/** Message text: plain, with its web addresses as links, whose target is never hidden by other words. */
import { Fragment, memo, type ReactNode } from "react";
import { addressesIn } from "../../view_models/addresses";
import type { MentionView } from "../../view_models/mentions";
import { ClientTag } from "../parts/client_tag";
import s from "./rich_text.module.css";

interface RichTextProps {
  text: string;
  /** Whom it calls, in order. */
  mentions?: readonly MentionView[] | undefined;
  tabIndex: number;
}

export const RichText = memo(function RichText({ text, mentions, tabIndex }: RichTextProps) {
  if (mentions === undefined) return linked(text, tabIndex);
  const parts: ReactNode[] = [];
  let from = 0;
  for (const mention of mentions) {
    parts.push(
      <Fragment key={mention.start}>
        {linked(text.slice(from, mention.start), tabIndex)}
        <Called mention={mention} text={text.slice(mention.start, mention.end)} />
      </Fragment>,
    );
    from = mention.end;
  }
  return [...parts, <Fragment key="end">{linked(text.slice(from), tabIndex)}</Fragment>];
});

/** Under the name that the person has now; what was written once their name is not known any more. */
function Called({ mention: { person }, text }: { mention: MentionView; text: string }) {
  const known = person !== undefined && person.name !== "…";
  const forMe = person === undefined || person.me;
  return (
    <>
      <bdi className={s.called} data-me={forMe || undefined}>
        {known ? `@${person.name}` : text}
      </bdi>
      {person?.outside ? (
        <>
          {" "}
          <ClientTag />
        </>
      ) : null}
    </>
  );
}

function linked(text: string, tabIndex: number): ReactNode {
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
  return from === 0 ? text : [...parts, text.slice(from)];
}

/** Longer than this, a message is shown cut with a way to unfold it. */
export function isLong(text: string): boolean {
  return text.length > 1800 || text.split("\n", 26).length > 25;
}
