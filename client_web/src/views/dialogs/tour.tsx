/** The first minute: what everybody should know here, one thing a page; it can be left at any time. */
import { type ReactNode, useState } from "react";
import { Button } from "../parts/button";
import { ClientTag } from "../parts/client_tag";
import { Dialog } from "../parts/dialog";
import { Icon } from "../parts/icon";
import { Ticks } from "../parts/ticks";
import { type TextId, useText } from "../text";
import s from "./tour.module.css";

interface TourProps {
  forClient: boolean;
  onClose(): void;
}

interface Page {
  readonly title: TextId;
  readonly text: TextId;
  readonly picture: ReactNode;
}

const RECORD: Page = {
  title: "tour.record",
  text: "tour.record.text",
  picture: <span className={s.dot} />,
};
const TICKS: Page = { title: "tour.ticks", text: "tour.ticks.text", picture: <TickList /> };
const FOR_STAFF: readonly Page[] = [
  RECORD,
  TICKS,
  { title: "tour.amber", text: "tour.amber.text", picture: <ClientTag /> },
  { title: "tour.begin", text: "tour.begin.text", picture: <Icon name="compose" size={32} /> },
];
const FOR_CLIENTS: readonly Page[] = [
  RECORD,
  TICKS,
  { title: "tour.advisor", text: "tour.advisor.text", picture: <Icon name="info" size={32} /> },
  { title: "tour.own", text: "tour.own.text", picture: <Icon name="face" size={32} /> },
];

export function Tour({ forClient, onClose }: TourProps) {
  const say = useText();
  const [at, setAt] = useState(0);
  const pages = forClient ? FOR_CLIENTS : FOR_STAFF;
  const last = at === pages.length - 1;
  const page = pages[at] ?? RECORD;
  return (
    <Dialog
      title={say("tour.open")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={() => (at === 0 ? onClose() : setAt(at - 1))}>
            {say(at === 0 ? "tour.skip" : "tour.before")}
          </Button>
          <Button look="primary" data-focus="" onClick={() => (last ? onClose() : setAt(at + 1))}>
            {say(last ? "done" : "tour.next")}
          </Button>
        </>
      }
    >
      <div className={s.page} role="status">
        <div className={s.picture}>{page.picture}</div>
        <p className={s.title}>{say(page.title)}</p>
        <p>{say(page.text)}</p>
        <p className={s.count}>{say("tour.count", { at: at + 1, all: pages.length })}</p>
      </div>
    </Dialog>
  );
}

function TickList() {
  const say = useText();
  return (
    <ul className={s.ticks}>
      {(["recorded", "delivered", "read"] as const).map((tick) => (
        <li key={tick}>
          <Ticks tick={tick} />
          <span aria-hidden="true">{say(`tick.${tick}`)}</span>
        </li>
      ))}
    </ul>
  );
}
