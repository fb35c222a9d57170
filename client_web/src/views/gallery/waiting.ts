/** Scenes of who is there to answer, and who waits for an answer. */
import type { AnsweringView } from "../../view_models/answering";
import type { TimelineRow } from "../../view_models/timeline";
import type { Scene } from "./fakes";
import { client, longClient, me, piotr } from "./people";
import { arranged, at, message, talk } from "./rows";
import { direct, few } from "./scenes";

const HOURS: AnsweringView = {
  there: true,
  changes: at(-60 * 2),
  hours: [{ first: 0, last: 4, times: ["09:00-17:00"] }],
  time: "same",
};
/** To a client it is not said who is online. */
const advisor = { ...piotr, online: false };
const REPLY =
  "Thank you for your message. Nobody is here to answer at the moment.\n\nYour message is kept. Somebody is here on Wednesday, 25 November, from 9:00 (Europe/Warsaw).";

/** What a client wrote in the evening, and the automatic reply. */
function evening(from: typeof piotr): readonly TimelineRow[] {
  return arranged([
    ...talk(6, from.me ? piotr : from).filter(({ kind }) => kind === "message"),
    message(from, "Could you have a look at the fee before tomorrow's meeting?", 3, {
      tick: "delivered",
    }),
    {
      kind: "notice",
      key: "auto",
      type: "out_of_office.replied",
      actor: { ...piotr, id: "system", name: "OnRecord", kind: "system" },
      text: REPLY,
      at: at(2),
    },
  ]);
}

const waits = few.map((item) => {
  if (item.id === "c-client")
    return { ...item, waiting: { since: at(50), late: false }, unread: 1 };
  if (item.id !== "c-longclient") return item;
  return { ...item, waiting: { since: at(60 * 20), late: true } };
});

export const WAITING_SCENES: Readonly<Record<string, Scene>> = {
  "list-empty-client": { items: [], waits: true },
  waiting: { items: waits, open: "c-longclient", rows: talk(12, longClient) },
  "waiting-reply": {
    items: [direct("c-client", client, { waiting: { since: at(3), late: false } })],
    open: "c-client",
    rows: evening(client),
  },
  answering: {
    items: [direct("c-piotr", advisor, { answering: HOURS })],
    open: "c-piotr",
    rows: talk(8, piotr),
    copy: {},
  },
  "answering-orders": {
    items: [
      direct("c-piotr", advisor, {
        answering: { ...HOURS, there: false, changes: at(-60 * 18) },
      }),
    ],
    open: "c-piotr",
    rows: evening(me),
    copy: {},
    composer: { ordersBanner: {} },
  },
  uncovered: {
    items: [
      direct(
        "c-piotr",
        { ...advisor, active: false },
        {
          uncovered: advisor.name,
        },
      ),
    ],
    open: "c-piotr",
    rows: [
      ...evening(me),
      {
        kind: "notice",
        key: "left",
        type: "conversation.uncovered",
        actor: advisor,
        former: advisor,
        at: at(2),
      },
    ],
    copy: {},
  },
  "answering-closed": {
    items: [
      direct("c-piotr", advisor, {
        answering: { ...HOURS, there: false, changes: at(-60 * 18) },
      }),
    ],
    open: "c-piotr",
    rows: evening(me),
    copy: {},
  },
};
