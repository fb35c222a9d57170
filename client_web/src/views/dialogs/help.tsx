/** What is recorded, what is not offered and why, and what the firm uses for calls. */
import { Dialog } from "../parts/dialog";
import { type TextId, useText } from "../text";
import s from "./help.module.css";

interface HelpProps {
  firm: string;
  /** What the firm says about calls; undefined: nothing. */
  calls: string | undefined;
  onClose(): void;
}

const PARTS: readonly (readonly [TextId, TextId])[] = [
  ["help.recorded.title", "help.recorded.text"],
  ["help.vanishing.title", "help.vanishing.text"],
  ["help.delete.title", "help.delete.text"],
];
const OWN: readonly (readonly [TextId, TextId])[] = [
  ["help.later.title", "help.later.text"],
  ["help.own.title", "help.own.text"],
  ["help.lock.title", "help.lock.text"],
];

export function Help({ firm, calls, onClose }: HelpProps) {
  const say = useText();
  return (
    <Dialog title={say("help.title")} reading onClose={onClose}>
      <div className={s.help}>
        {PARTS.map(([title, text]) => (
          <Part key={title} title={say(title)} text={say(text, { firm })} />
        ))}
        <Part title={say("help.calls.title")} text={say("help.calls.text")}>
          <p className={s.firm} dir="auto">
            {calls ?? say("help.calls.ask", { firm })}
          </p>
        </Part>
        {OWN.map(([title, text]) => (
          <Part key={title} title={say(title)} text={say(text)} />
        ))}
      </div>
    </Dialog>
  );
}

function Part(props: { title: string; text: string; children?: React.ReactNode }) {
  return (
    <section>
      <h3>{props.title}</h3>
      <p>{props.text}</p>
      {props.children}
    </section>
  );
}
