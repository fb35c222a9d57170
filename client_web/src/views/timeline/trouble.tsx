/** Why a message or a change of it was not sent, and what to do about it, right under it. */
import type { MessageRow } from "../../view_models/timeline";
import { Icon } from "../parts/icon";
import { useText, useTroubleText } from "../text";
import type { TimelineActions } from "./actions";
import s from "./trouble.module.css";

export function Trouble({ row, actions }: { row: MessageRow; actions: TimelineActions }) {
  const say = useText();
  const words = useTroubleText();
  const trouble = row.trouble ?? row.changeTrouble;
  if (trouble === undefined) return null;
  const { file } = trouble;
  const what = say(row.trouble === undefined ? "message.not_changed" : "message.not_sent");
  return (
    <div className={s.trouble} data-mine={row.mine || undefined}>
      <span className={s.words}>
        <Icon name="alert" size={16} />
        <span>
          {what}{" "}
          {file === undefined ? null : (
            <>
              <bdi>{file.name}</bdi>:{" "}
            </>
          )}
          {words(trouble)} {trouble.unsure ? trouble.detail : null}
        </span>
      </span>
      <span className={s.ways}>
        {trouble.code === "step_up_required" ? (
          <button type="button" onClick={() => actions.onProve(() => actions.onRetry(row.key))}>
            {say("file.prove")}
          </button>
        ) : (
          <button type="button" onClick={() => actions.onRetry(row.key)}>
            {say("message.retry")}
          </button>
        )}
        {file?.spare ? (
          <button type="button" onClick={() => actions.onRetry(row.key, file.id)}>
            {say("message.without_file")}
          </button>
        ) : null}
        {trouble.unsure ? null : (
          <button type="button" onClick={() => actions.onDiscard(row.key)}>
            {say("message.discard")}
          </button>
        )}
      </span>
    </div>
  );
}
