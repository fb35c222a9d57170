/** Where no conversation is open, and where one has no messages yet. */
import { Mark } from "../parts/mark";
import { useText } from "../text";
import s from "./empty.module.css";

export function NothingOpen() {
  const say = useText();
  return (
    <div className={s.nothing}>
      <Mark size={56} />
      <p className={s.title}>{say("nothing_open.title")}</p>
      <p>{say("nothing_open.text")}</p>
    </div>
  );
}
