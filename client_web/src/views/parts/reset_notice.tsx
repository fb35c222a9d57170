/** To a client, beside the conversation: a reset of their access waits, or is over. */
import type { OwnResetModel } from "../../view_models/own_reset";
import { useObserved } from "../observed";
import { useFormat, useText, useTroubleText } from "../text";
import { Button } from "./button";
import { Problem } from "./field";
import { Strip } from "./strip";

export function ResetNotice({ model }: { model: OwnResetModel }) {
  const say = useText();
  const format = useFormat();
  const words = useTroubleText();
  const { waiting, over, busy, trouble } = useObserved(model.state);
  if (over === true) {
    return (
      <div aria-label={say("reset.notice")} role="status">
        <Strip icon="shield" tone="told" long>
          {words({ code: "reset_over" })}
        </Strip>
      </div>
    );
  }
  if (waiting === undefined) return null;
  const { advisor, takes_effect_at: at } = waiting;
  return (
    <div aria-label={say("reset.notice")} role="status">
      <Strip
        icon="shield"
        tone="told"
        long
        action={
          <Button busy={busy} onClick={() => void model.stop()}>
            {say("reset.stop")}
          </Button>
        }
      >
        {at === undefined
          ? say("reset.asked", { advisor })
          : say("reset.asked_at", { advisor, time: format.moment(at) })}{" "}
        {say("reset.not_you")}
        {trouble === undefined ? null : <Problem text={words(trouble)} />}
      </Strip>
    </div>
  );
}
