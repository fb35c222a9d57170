/** Who is typing, in words. */
import type { PersonView } from "../../view_models/people";
import { type Say, useText } from "../text";
import s from "./typing.module.css";

/** "Anna is typing", "Anna and Piotr are typing", "3 people are typing". */
export function typingText(people: readonly PersonView[], say: Say): string {
  const [first, second] = people;
  if (first === undefined) return "";
  if (second === undefined) return say("typing.one", { name: first.name });
  if (people.length === 2) return say("typing.two", { one: first.name, two: second.name });
  return say("typing.many", { count: people.length });
}

/** A line that keeps its height, so that the composer does not move. */
export function TypingLine({ people }: { people: readonly PersonView[] }) {
  const say = useText();
  return (
    <p className={s.typing} aria-live="off">
      {people.length === 0 ? null : (
        <>
          <span className={s.dots} aria-hidden="true">
            <span />
            <span />
            <span />
          </span>
          <span className={s.who}>{typingText(people, say)}</span>
        </>
      )}
    </p>
  );
}
