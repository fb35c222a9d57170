/** What a message answers; pressing it goes there. */
import type { QuoteView } from "../../view_models/timeline";
import { useText } from "../text";
import s from "./quote.module.css";

interface QuoteProps {
  quote: QuoteView;
  tabIndex: number;
  onJump(eventId: string): void;
}

export function Quote({ quote, tabIndex, onJump }: QuoteProps) {
  const say = useText();
  const { author } = quote;
  if (author === undefined) {
    return (
      <p className={s.quote}>
        <span className={s.gone}>{say("message.quote.before")}</span>
      </p>
    );
  }
  const name = author.me ? say("you") : author.name;
  return (
    <button
      type="button"
      className={s.quote}
      tabIndex={tabIndex}
      title={say("message.quote.jump")}
      data-outside={(author.outside && !author.me) || undefined}
      onClick={() => onJump(quote.eventId)}
    >
      <QuoteLines name={name} text={quote.text} />
    </button>
  );
}

/** Name and text, the latter in at most two lines. */
export function QuoteLines({ name, text }: { name: string; text: string | undefined }) {
  const say = useText();
  return (
    <>
      <bdi className={s.name}>{name}</bdi>
      {text === undefined ? (
        <span className={s.gone}>{say("message.removed.short")}</span>
      ) : (
        <span className={s.text} dir="auto">
          {text === "" ? say("file.one") : text}
        </span>
      )}
    </>
  );
}
