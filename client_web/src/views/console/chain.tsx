/** One hit with every text that it ever had, and its removal: nothing of it is hidden here. */
import { calledThen } from "../../view_models/console/lines";
import type { FoundMessage } from "../../view_models/console/shown";
import { useKnownId, useText } from "../text";
import { clockOf } from "./instant";
import { MarkedText } from "./marked_text";
import s from "./transcript.module.css";

export function Chain({ hit }: { hit: FoundMessage }) {
  const say = useText();
  const kind = useKnownId()(`console.hit.kind.${hit.type}`);
  const first = kind === undefined ? "console.chain.sent" : "console.chain.by";
  return (
    <article className={s.chain}>
      <h2 className={s.heading}>{say(kind ?? "console.chain.title")}</h2>
      <ol>
        {hit.versions.map((version, index) => (
          <li key={version.event_id} className={s.version}>
            <p className={s.meta}>
              {say(index === 0 ? first : "console.chain.edited", {
                who: calledThen(version.actor),
                at: clockOf(version.at),
                number: version.conv_seq,
              })}
            </p>
            <p className={s.text}>
              <MarkedText text={version.text} marks={version.marks} />
            </p>
          </li>
        ))}
        {hit.removed === undefined ? null : (
          <li className={s.version}>
            <p className={s.removed}>
              {say("console.chain.removed", {
                who: calledThen(hit.removed.actor),
                at: clockOf(hit.removed.at),
                number: hit.removed.conv_seq,
              })}
            </p>
          </li>
        )}
      </ol>
    </article>
  );
}
