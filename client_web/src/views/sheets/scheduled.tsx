/** What is sent later in a conversation: changed, sent now, or taken back. */
import { useState } from "react";
import type { Trouble } from "../../view_models/people";
import type { ScheduledModel, ScheduledState, ScheduledView } from "../../view_models/scheduled";
import { useBrowser } from "../browser";
import { SendLater } from "../dialogs/send_later";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { ClientTag } from "../parts/client_tag";
import { Problem } from "../parts/field";
import { Icon } from "../parts/icon";
import { Sheet } from "../parts/sheet";
import { useFormat, useText, useTroubleText } from "../text";
import s from "./scheduled.module.css";

interface ScheduledSheetProps {
  model: ScheduledModel;
  now: number;
  onCopied(): void;
  onClose(): void;
}

export function ScheduledSheet({ model, now, onCopied, onClose }: ScheduledSheetProps) {
  const say = useText();
  const { items, closed } = useObserved(model.state);
  const [editing, setEditing] = useState<ScheduledView>();
  return (
    <Sheet title={say("later.list")} onClose={onClose}>
      {items.length === 0 ? <p className={s.none}>{say("later.none")}</p> : null}
      <ul className={s.rows}>
        {items.map((item) => (
          <Row
            key={item.id}
            item={item}
            closed={closed}
            now={now}
            model={model}
            onCopied={onCopied}
            onEdit={() => setEditing(item)}
          />
        ))}
      </ul>
      {items.length === 0 || closed !== undefined ? null : (
        <p className={s.note}>{say("later.note")}</p>
      )}
      {editing === undefined ? null : (
        <SendLater
          now={now}
          before={editing}
          crosses={editing.to}
          onDone={(at, text) => model.change(editing.id, text, at)}
          onClose={() => setEditing(undefined)}
        />
      )}
    </Sheet>
  );
}

interface RowProps {
  item: ScheduledView;
  closed: ScheduledState["closed"];
  now: number;
  model: ScheduledModel;
  onCopied(): void;
  onEdit(): void;
}

function Row({ item, closed, now, model, onCopied, onEdit }: RowProps) {
  const say = useText();
  const format = useFormat();
  const words = useTroubleText();
  const [trouble, setTrouble] = useState<Trouble>();
  const wrong = trouble ?? item.trouble;
  // The server sent it back: sent now, it goes to these.
  const to = wrong?.code === "crossing_not_confirmed" ? item.to : undefined;
  const tell = (work: Promise<Trouble | undefined>) => void work.then(setTrouble);
  return (
    <li className={s.row}>
      <p className={s.when}>
        <time dateTime={item.at}>{format.next(item.at, now)}</time>
        {item.state === "sending" ? <span>{say("later.sending")}</span> : null}
      </p>
      {item.text === "" ? null : (
        <p className={s.text} dir="auto">
          {item.text}
        </p>
      )}
      {item.files.length === 0 ? null : (
        <ul className={s.files} aria-label={say("later.files")}>
          {item.files.map((name, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: they never change places
            <li key={place}>
              <Icon name="attach" size={14} />
              <bdi>{name}</bdi>
            </li>
          ))}
        </ul>
      )}
      {wrong === undefined ? null : <Problem text={`${say("later.refused")} ${words(wrong)}`} />}
      {to === undefined ? null : (
        <p className={s.kept}>
          <ClientTag who={to} /> {say("later.crosses", { name: to })}
        </p>
      )}
      {wrong === undefined && closed !== undefined ? (
        <Problem text={say("later.stuck", { count: 1, why: say(`later.why.${closed}`) })} />
      ) : null}
      {item.keptUntil === undefined ? null : (
        <p className={s.kept}>
          {say(closed === undefined ? "later.kept" : "later.kept.only", {
            day: format.date(item.keptUntil),
          })}
        </p>
      )}
      <div className={s.verbs}>
        {closed === undefined ? (
          <>
            <Button
              look="quiet"
              icon="edit"
              busy={item.busy}
              onClick={() => {
                setTrouble(undefined);
                onEdit();
              }}
            >
              {say("later.change")}
            </Button>
            <Button
              look="quiet"
              icon="send"
              busy={item.busy}
              onClick={() => tell(model.sendNow(item.id))}
            >
              {say(to === undefined ? "later.now" : "crossing.send")}
            </Button>
          </>
        ) : (
          <CopyText text={item.text} onCopied={onCopied} />
        )}
        <Button
          look="quiet"
          icon={closed === undefined ? "close" : "trash"}
          busy={item.busy}
          onClick={() => tell(model.cancel(item.id))}
        >
          {say(closed === undefined ? "later.cancel" : "later.delete")}
        </Button>
      </div>
    </li>
  );
}

function CopyText({ text, onCopied }: { text: string; onCopied(): void }) {
  const say = useText();
  const { clipboard } = useBrowser();
  if (text === "") return null;
  return (
    <Button look="quiet" icon="copy" onClick={() => void clipboard.write(text).then(onCopied)}>
      {say("message.copy")}
    </Button>
  );
}
