/** Where no conversation is open: what this is, and what to do. */
import { Button } from "../parts/button";
import { Mark } from "../parts/mark";
import { useText } from "../text";
import s from "./empty.module.css";

interface NothingOpenProps {
  /** A client to whom nobody has written yet: there is nothing to choose. */
  waits: boolean;
  onTour(): void;
}

export function NothingOpen({ waits, onTour }: NothingOpenProps) {
  const say = useText();
  return (
    <div className={s.nothing}>
      <Mark size={56} />
      <p className={s.title}>{say(waits ? "nothing_open.waits" : "nothing_open.title")}</p>
      <p>{say(waits ? "nothing_open.waits.text" : "nothing_open.text")}</p>
      <p className={s.recorded}>{say("nothing_open.recorded")}</p>
      <Button look="quiet" onClick={onTour}>
        {say("tour.open")}
      </Button>
    </div>
  );
}
