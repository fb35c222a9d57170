/** Whom a broadcast went to, and the message that each got, a press away in its conversation. */
import type { Line } from "../../view_models/console/lines";
import type { Reading } from "../../view_models/console/place";
import { ClientTag } from "../parts/client_tag";
import { useText } from "../text";
import s from "./recipients.module.css";

interface RecipientsProps {
  line: Line;
  onLook(reading: Reading): void;
}

export function Recipients({ line: { row, recipients }, onLook }: RecipientsProps) {
  const say = useText();
  const missed = recipients.filter(({ conversation }) => conversation === undefined).length;
  return (
    <>
      <p className={s.head}>
        {say("console.broadcast.recipients", { count: recipients.length })}{" "}
        {missed === 0 ? null : say("console.broadcast.missed", { count: missed })}
      </p>
      <ol className={s.list}>
        {recipients.map(({ id, name, outside, conversation, number }) => (
          <li key={id} data-missed={conversation === undefined || undefined}>
            <span>
              <bdi>{name}</bdi> {outside ? <ClientTag /> : null}
            </span>
            {conversation === undefined ? (
              <span>{say("console.broadcast.none")}</span>
            ) : (
              <button
                type="button"
                className={s.look}
                aria-label={say("console.broadcast.message.name", { number: number ?? 0, name })}
                onClick={() =>
                  // From that day on: the message is said right after the record.
                  onLook({ conversation, at: number, fromDay: row.at.slice(0, 10), toDay: "" })
                }
              >
                {say("console.broadcast.message", { number: number ?? 0 })}
              </button>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}
