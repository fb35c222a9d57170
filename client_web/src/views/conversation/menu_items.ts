/** What the menu of a message offers. */
import type { MessageRow } from "../../view_models/timeline";
import type { MenuItem } from "../parts/menu";
import type { Say } from "../text";

interface Doing {
  /** The viewer is a client. */
  readonly isClient: boolean;
  reply(): void;
  edit(): void;
  forward(): void;
  copy(): void;
  goToQuote(): void;
  info(): void;
  star(): void;
  complain(): void;
  report(): void;
  remove(): void;
}

/** Only what this message allows, in the same order always. */
export function menuItems(row: MessageRow, say: Say, doing: Doing): MenuItem[] {
  const readable = !row.removed && row.text !== undefined && row.text !== "";
  const offers: readonly (readonly [boolean, MenuItem])[] = [
    [
      row.can.reply,
      { key: "reply", icon: "reply", label: say("message.reply"), onSelect: doing.reply },
    ],
    [row.can.edit, { key: "edit", icon: "edit", label: say("message.edit"), onSelect: doing.edit }],
    [
      row.can.forward,
      { key: "forward", icon: "forward", label: say("message.forward"), onSelect: doing.forward },
    ],
    [readable, { key: "copy", icon: "copy", label: say("message.copy"), onSelect: doing.copy }],
    [
      row.can.star,
      {
        key: "star",
        icon: "star",
        label: say(row.starred ? "message.unstar" : "message.star"),
        onSelect: doing.star,
      },
    ],
    [
      row.quote?.author !== undefined && !row.removed,
      {
        key: "quote",
        icon: "chevron",
        label: say("message.quote.jump"),
        onSelect: doing.goToQuote,
      },
    ],
    [row.can.info, { key: "info", icon: "info", label: say("message.info"), onSelect: doing.info }],
    [
      row.can.complain,
      {
        key: "complain",
        icon: "flag",
        label: say("message.complain", { who: doing.isClient ? "client" : "firm" }),
        onSelect: doing.complain,
      },
    ],
    [
      row.can.report,
      { key: "report", icon: "alert", label: say("message.report"), onSelect: doing.report },
    ],
    [
      row.can.remove,
      {
        key: "remove",
        icon: "hide",
        label: say("message.remove"),
        danger: true,
        parted: true,
        onSelect: doing.remove,
      },
    ],
  ];
  return offers.filter(([offered]) => offered).map(([, item]) => item);
}
