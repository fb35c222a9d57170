/** Message text: its formatting, and web addresses as links, whose target is never hidden by other words. */
import { Fragment, memo, type ReactNode } from "react";
import { addressesIn } from "../../view_models/addresses";
import { type Block, formatted, type Run, type Span } from "../../view_models/formatting";
import type { MentionView } from "../../view_models/mentions";
import type { Marks } from "../../view_models/timeline";
import { ClientTag } from "../parts/client_tag";
import { WebLink } from "../parts/web_link";
import s from "./rich_text.module.css";

interface RichTextProps {
  text: string;
  /** Whom it calls, in order. */
  mentions?: readonly MentionView[] | undefined;
  /** The words that were searched for, in order. */
  marks?: Marks | undefined;
  tabIndex: number;
}

export const RichText = memo(function RichText({ tabIndex, ...shown }: RichTextProps) {
  const { text, mentions = [], marks = [] } = shown;
  const links = addressesIn(text).map(({ at, address }) => [at, at + address.length] as const);
  const whole = [...mentions.map(({ start, end }) => [start, end] as const), ...links];
  const part = { text, mentions, marks, tabIndex };
  const blocks = formatted(
    text,
    whole.sort(([a], [b]) => a - b),
  );
  return blocks.map((block) => <Lines key={block.at[0]} block={block} part={part} />);
});

/** What a part of a text is drawn with. */
interface Whole {
  readonly text: string;
  readonly mentions: readonly MentionView[];
  readonly marks: Marks;
  readonly tabIndex: number;
}

function Lines({ block, part }: { block: Block; part: Whole }) {
  if (block.kind === "lines") return <Runs runs={block.runs} part={part} />;
  if (block.kind === "code") return <pre className={s.block}>{markedIn(part, block.at)}</pre>;
  const numbered = block.items[0]?.number !== undefined;
  const List = numbered ? "ol" : "ul";
  return (
    <List className={s.list}>
      {block.items.map(({ at, number, runs }) => (
        <li key={at[0]} value={number}>
          <Runs runs={runs} part={part} />
        </li>
      ))}
    </List>
  );
}

function Runs({ runs, part }: { runs: readonly Run[]; part: Whole }): ReactNode {
  return runs.map((run) => {
    const key = run.at[0];
    if (run.kind === "text") return <Fragment key={key}>{words(part, run.at)}</Fragment>;
    if (run.kind === "code") {
      return (
        <code key={key} className={s.code}>
          {markedIn(part, run.at)}
        </code>
      );
    }
    const Tag = run.kind;
    return (
      <Tag key={key}>
        <Runs runs={run.runs} part={part} />
      </Tag>
    );
  });
}

/** Plain text, with whom it calls and its links. */
function words({ text, mentions, marks, tabIndex }: Whole, [first, last]: Span): ReactNode {
  const parts: ReactNode[] = [];
  const plain = (from: number, to: number) => linked({ text, from, to, marks, tabIndex });
  let from = first;
  for (const mention of mentions) {
    if (mention.start < first || mention.end > last) continue;
    parts.push(
      <Fragment key={mention.start}>
        {plain(from, mention.start)}
        <Called mention={mention} text={text.slice(mention.start, mention.end)} />
      </Fragment>,
    );
    from = mention.end;
  }
  return [...parts, <Fragment key="end">{plain(from, last)}</Fragment>];
}

function markedIn({ text, marks }: Whole, [from, to]: Span): ReactNode {
  return marked({ text, from, to, marks });
}

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
    const [start, end] = [from + at, from + at + address.length];
    parts.push(
      <Fragment key={start}>
        {marked({ text, from: done, to: start, marks })}
        <WebLink address={address} tabIndex={tabIndex}>
          {marked({ text, from: start, to: end, marks })}
        </WebLink>
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
