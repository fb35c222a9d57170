/** Message text: plain, with its web addresses as links, whose target is never hidden by other words. */
import { Fragment, memo, type ReactNode } from "react";
import { addressesIn } from "../../view_models/addresses";
import type { MentionView } from "../../view_models/mentions";
import type { Marks } from "../../view_models/timeline";
import { ClientTag } from "../parts/client_tag";
import s from "./rich_text.module.css";

interface RichTextProps {
  text: string;
  /** Whom it calls, in order. */
  mentions?: readonly MentionView[] | undefined;
  /** The words that were searched for, in order. */
  marks?: Marks | undefined;
  tabIndex: number;
}

export const RichText = memo(function RichText(props: RichTextProps) {
  const { text, mentions = [], marks = [], tabIndex } = props;
  const parts: ReactNode[] = [];
  const plain = (from: number, to: number) => linked({ text, from, to, marks, tabIndex });
  let from = 0;
  for (const mention of mentions) {
    parts.push(
      <Fragment key={mention.start}>
        {plain(from, mention.start)}
        <Called mention={mention} text={text.slice(mention.start, mention.end)} />
      </Fragment>,
    );
    from = mention.end;
  }
  return [...parts, <Fragment key="end">{plain(from, text.length)}</Fragment>];
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

interface Part {
  text: string;
  from: number;
  to: number;
  marks: Marks;
}

function linked({ text, from, to, marks, tabIndex }: Part & { tabIndex: number }): ReactNode {
  const parts: ReactNode[] = [];
  let done = from;
  for (const { at, address } of addressesIn(text.slice(from, to))) {
    if (!URL.canParse(address)) continue;
    const [start, end] = [from + at, from + at + address.length];
    parts.push(
      <Fragment key={start}>
        {marked({ text, from: done, to: start, marks })}
        <a href={address} target="_blank" rel="noopener noreferrer nofollow" tabIndex={tabIndex}>
          {marked({ text, from: start, to: end, marks })}
        </a>
      </Fragment>,
    );
    done = end;
  }
  return [...parts, <Fragment key="end">{marked({ text, from: done, to, marks })}</Fragment>];
}

/** A part of the text, the found words in `<mark>`. */
function marked({ text, from, to, marks }: Part): ReactNode {
  const parts: ReactNode[] = [];
  let done = from;
  for (const [start, end] of marks) {
    const [first, last] = [Math.max(start, done), Math.min(end, to)];
    if (first >= last) continue;
    parts.push(text.slice(done, first), <mark key={first}>{text.slice(first, last)}</mark>);
    done = last;
  }
  return parts.length === 0 ? text.slice(from, to) : [...parts, text.slice(done, to)];
}

/** Longer than this, a message is shown cut with a way to unfold it. */
export function isLong(text: string): boolean {
  return text.length > 1800 || text.split("\n", 26).length > 25;
}
