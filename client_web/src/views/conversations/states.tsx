/** The list while it is loading and while there is nothing in it. */
import { Button } from "../parts/button";
import { Icon } from "../parts/icon";
import { useText } from "../text";
import s from "./states.module.css";

const PLACES = [72, 54, 63, 48, 70, 58];

/** Grey shapes; styled to appear only after 300 ms. */
export function ListSkeleton() {
  const say = useText();
  return (
    <div className={s.skeleton}>
      <span className="aside" role="status">
        {say("loading")}
      </span>
      {PLACES.map((width) => (
        <div key={width} className={s.ghost} aria-hidden="true">
          <span className={s.face} />
          <span className={s.bars}>
            <span className={s.bar} style={{ inlineSize: `${width}%` }} />
            <span className={s.bar} style={{ inlineSize: `${width + 20}%` }} />
          </span>
        </div>
      ))}
    </div>
  );
}

/** What to do first; a client waits until the firm writes. */
export function ListEmpty({ onNew }: { onNew: (() => void) | undefined }) {
  const say = useText();
  return (
    <div className={s.empty}>
      <Icon name={onNew === undefined ? "clock" : "compose"} size={28} />
      <p className={s.title}>{say("list.empty.title")}</p>
      {onNew === undefined ? (
        <p>{say("list.empty.client")}</p>
      ) : (
        <>
          <p>{say("list.empty.text")}</p>
          <Button look="primary" onClick={onNew}>
            {say("new.open")}
          </Button>
        </>
      )}
    </div>
  );
}
