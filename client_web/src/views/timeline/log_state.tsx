/** What the log says about itself: loading, failed, or nothing written yet. */
import type { TimelineState } from "../../view_models/timeline";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { useText, useTroubleText } from "../text";
import s from "./log_state.module.css";

const WIDTHS = ["38%", "52%", "30%", "46%", "24%"];

export function LogState({ state, onRetry }: { state: TimelineState; onRetry(): void }) {
  const say = useText();
  const words = useTroubleText();
  if (state.trouble !== undefined) {
    return (
      <div className={s.failed}>
        <Problem text={words(state.trouble, "timeline.failed")} />
        <Button onClick={onRetry}>{say("message.retry")}</Button>
      </div>
    );
  }
  if (state.loading === "before") {
    return (
      <p className={s.before} role="status">
        {say("timeline.loading")}
      </p>
    );
  }
  if (state.rows.length > 0) return null;
  if (state.loading === "first") return <Skeleton />;
  return (
    <div className={s.nothing}>
      <p className={s.title}>{say("timeline.nothing.title")}</p>
      <p>{say("timeline.nothing.text")}</p>
    </div>
  );
}

/** Grey shapes; styled to appear only after 300 ms. */
function Skeleton() {
  const say = useText();
  return (
    <div className={s.skeleton}>
      <p className="aside" role="status">
        {say("loading")}
      </p>
      {WIDTHS.map((width, index) => (
        <span
          key={width}
          className={s.ghost}
          data-mine={index % 2 === 1 || undefined}
          style={{ inlineSize: width }}
        />
      ))}
    </div>
  );
}
