/** Under the list's head: how the connection is, when it is not well. */

import type { StatusState } from "../../view_models/status";
import { Strip } from "../parts/strip";
import { useText } from "../text";
import s from "./connection.module.css";

interface ConnectionProps {
  status: StatusState;
  onRetry(): void;
  /** Shows a message where it was written. */
  onShow(conversation: string, message: string): void;
}

export function Connection({ status, onRetry, onShow }: ConnectionProps) {
  const say = useText();
  const { connection, unsent, failed, failedAt, unkept, clockAhead } = status;
  return (
    <div role="status" className={s.banner}>
      {connection === "online" ? null : (
        <Strip
          icon={connection === "connecting" ? "globe" : "offline"}
          action={
            connection === "lost" || connection === "crowded" ? (
              <button type="button" className={s.retry} onClick={onRetry}>
                {say("connection.retry")}
              </button>
            ) : undefined
          }
        >
          {say(`connection.${connection}`)}
          {unsent > 0 && connection !== "connecting" ? (
            <> {say("connection.unsent", { count: unsent })}</>
          ) : null}
        </Strip>
      )}
      {failed > 0 ? (
        <Strip
          tone="failed"
          icon="alert"
          action={
            failedAt === undefined ? undefined : (
              <button
                type="button"
                className={s.retry}
                onClick={() => onShow(failedAt.conversation, failedAt.message)}
              >
                {say("connection.failed.show")}
              </button>
            )
          }
        >
          {say("connection.failed", { count: failed })}
        </Strip>
      ) : null}
      {unkept ? <Strip icon="alert">{say("connection.unkept")}</Strip> : null}
      {clockAhead === undefined ? null : <Strip icon="info">{say("connection.clock")}</Strip>}
    </div>
  );
}
