/** The keys, all on one card. */
import { Fragment } from "react";
import { Dialog } from "../parts/dialog";
import { type TextId, useText } from "../text";
import s from "./dialogs.module.css";

const KEYS: readonly (readonly [readonly string[], TextId])[] = [
  [["Ctrl", "K"], "keys.switch"],
  [["/"], "keys.search"],
  [["Ctrl", "F"], "keys.find"],
  [["↑", "↓"], "keys.move"],
  [["Enter"], "keys.enter"],
  [["Shift", "Enter"], "keys.newline"],
  [["↑"], "keys.edit_last"],
  [["E"], "keys.edit"],
  [["R"], "keys.reply"],
  [["S"], "keys.star"],
  [["Shift", "F10"], "keys.menu"],
  [["Esc"], "keys.escape"],
  [["?"], "keys.help"],
];

export function Shortcuts({ onClose }: { onClose(): void }) {
  const say = useText();
  return (
    <Dialog title={say("keys.title")} reading onClose={onClose}>
      <dl className={s.keys}>
        {KEYS.map(([keys, id]) => (
          <Fragment key={id}>
            <dt>
              {keys.map((key) => (
                <Fragment key={key}>
                  <kbd>{key}</kbd>{" "}
                </Fragment>
              ))}
            </dt>
            <dd>{say(id)}</dd>
          </Fragment>
        ))}
      </dl>
    </Dialog>
  );
}
