/** The complaints of a conversation among its details, and the way to make one about all of it. */
import { useState } from "react";
import {
  type ComplaintCategory,
  type ComplaintsModel,
  type ComplaintView,
  categoryIn,
} from "../../view_models/complaints";
import { ComplaintEnd } from "../dialogs/complaint_end";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { SheetPart } from "../parts/sheet";
import { usePreferences } from "../preferences_context";
import { useFormat, useText } from "../text";
import s from "./complaints.module.css";

interface ComplaintsPartProps {
  model: ComplaintsModel;
  /** Goes to the line in the conversation. */
  onShow(eventId: string): void;
}

interface Ending {
  readonly step: "answer" | "withdraw";
  readonly complaint: ComplaintView;
}

export function ComplaintsPart({ model, onShow }: ComplaintsPartProps) {
  const say = useText();
  const { possible, canMarkAll, client, clientReads, categories, list } = useObserved(model.state);
  const [ending, setEnding] = useState<Ending>();
  if (!possible && list.length === 0) return null;
  return (
    <SheetPart title={say("complaint.list", { count: list.length })}>
      <div className={s.part}>
        <ul className={s.list}>
          {list.map((complaint) => (
            <Item
              key={complaint.id}
              complaint={complaint}
              categories={categories}
              onShow={() => onShow(complaint.id)}
              onEnd={(step) => setEnding({ step, complaint })}
            />
          ))}
        </ul>
        {possible && canMarkAll ? (
          <Button icon="flag" onClick={() => model.begin()}>
            {say("complaint.open_all", { who: client ? "client" : "firm" })}
          </Button>
        ) : null}
      </div>
      {ending === undefined ? null : (
        <ComplaintEnd
          {...ending}
          clientReads={clientReads}
          onClose={() => setEnding(undefined)}
          onDone={(note) => model[ending.step](ending.complaint.id, note)}
        />
      )}
    </SheetPart>
  );
}

interface ItemProps {
  complaint: ComplaintView;
  categories: readonly ComplaintCategory[];
  onShow(): void;
  onEnd(step: Ending["step"]): void;
}

function Item({ complaint, categories, onShow, onEnd }: ItemProps) {
  const say = useText();
  const format = useFormat();
  const { language } = usePreferences();
  const { reference, person, at, due, state, overdue, closedAt, busy } = complaint;
  const day = format.date(state === "open" ? due : (closedAt ?? ""));
  const by = person.me ? say("you") : person.name;
  return (
    <li className={s.item} aria-busy={busy}>
      <p className={s.head}>
        <span className={s.reference}>{reference}</span>
        <span className={s.state} data-overdue={overdue || undefined}>
          {say(`complaint.state.${overdue ? "overdue" : state}`, { day })}
        </span>
      </p>
      <p dir="auto">{categoryIn(language, complaint, categories)}</p>
      <p className={s.soft}>{say("complaint.by", { by, day: format.date(at) })}</p>
      <div className={s.buttons}>
        <Button look="quiet" aria-label={say("complaint.show", { reference })} onClick={onShow}>
          {say("complaint.show.short")}
        </Button>
        {complaint.canAnswer ? (
          <Button look="quiet" disabled={busy} onClick={() => onEnd("answer")}>
            {say("complaint.answer.open")}
          </Button>
        ) : null}
        {complaint.canWithdraw ? (
          <Button look="quiet" disabled={busy} onClick={() => onEnd("withdraw")}>
            {say("complaint.withdraw.open")}
          </Button>
        ) : null}
      </div>
    </li>
  );
}
