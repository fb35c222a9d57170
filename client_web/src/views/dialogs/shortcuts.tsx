/** The keys, all on one card. */
import { Fragment } from "react";
import { useBrowser } from "../browser";
import { Dialog } from "../parts/dialog";
import { type TextId, useText } from "../text";
import s from "./dialogs.module.css";

type Key = readonly [keys: readonly string[], meaning: TextId];

/** By where they work. */
export const KEYS: readonly (readonly [TextId, readonly Key[]])[] = [
  [
    "keys.anywhere",
    [
      [["Ctrl", "K"], "keys.switch"],
      [["Ctrl", "F"], "keys.find"],
      [["/"], "keys.search"],
      [["Ctrl", "Shift", "L"], "keys.lock"],
      [["↑", "↓"], "keys.move"],
      [["Shift", "F10"], "keys.menu"],
      [["Esc"], "keys.escape"],
      [["?"], "keys.help"],
    ],
  ],
  [
    "keys.writing",
    [
      [["Enter"], "keys.send"],
      [["Shift", "Enter"], "keys.newline"],
      [["Ctrl", "B"], "keys.bold"],
      [["Ctrl", "I"], "keys.italic"],
      [["Ctrl", "Z"], "keys.undo"],
      [["@"], "keys.call"],
      [[":"], "keys.emoji"],
      [["↑"], "keys.edit_last"],
    ],
  ],
  [
    "keys.message",
    [
      [["Enter"], "keys.enter"],
      [["E"], "keys.edit"],
      [["R"], "keys.reply"],
      [["S"], "keys.star"],
      [["Home", "End"], "keys.ends"],
    ],
  ],
];

export function Shortcuts({ onClose }: { onClose(): void }) {
  const say = useText();
  return (
    <Dialog title={say("keys.title")} reading onClose={onClose}>
      {KEYS.map(([where, keys]) => (
        <section key={where} className={s.where}>
          <h3>{say(where)}</h3>
          <Card keys={keys} />
        </section>
      ))}
    </Dialog>
  );
}

function Card({ keys }: { keys: readonly Key[] }) {
  const say = useText();
  const { device } = useBrowser();
  const shown = (key: string) => (key === "Ctrl" && device.apple ? "⌘" : key);
  return (
    <dl className={s.keys}>
      {keys.map(([pressed, id]) => (
        <Fragment key={id}>
          <dt>
            {pressed.map((key) => (
              <Fragment key={key}>
                <kbd>{shown(key)}</kbd>{" "}
              </Fragment>
            ))}
          </dt>
          <dd>{say(id)}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
