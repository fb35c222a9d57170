/** Where no conversation is open: what this is, and what to do. */
import { Button } from "../parts/button";
import { Mark } from "../parts/mark";
import { useText } from "../text";
import s from "./empty.module.css";

export function NothingOpen({ onTour }: { onTour(): void }) {
  const say = useText();
  return (
    <div className={s.nothing}>
      <Mark size={56} />
      <p className={s.title}>{say("nothing_open.title")}</p>
      <p>{say("nothing_open.text")}</p>
      <p className={s.recorded}>{say("nothing_open.recorded")}</p>
      <Button look="quiet" onClick={onTour}>
        {say("tour.open")}
      </Button>
    </div>
  );
}
