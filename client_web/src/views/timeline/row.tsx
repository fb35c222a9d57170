/** Whatever kind of row stands here. */
import type { Marks, TimelineRow } from "../../view_models/timeline";
import type { TimelineActions } from "./actions";
import { ComplaintNotice } from "./complaint_notice";
import { Day, UnreadDivider } from "./day";
import { Message } from "./message";
import { Notice } from "./notice";

interface RowProps {
  row: TimelineRow | undefined;
  now: number;
  active: boolean;
  flash: boolean;
  found: Marks | undefined;
  unfolded: boolean;
  actions: TimelineActions;
}

export function Row({ row, now, ...rest }: RowProps) {
  switch (row?.kind) {
    case "day":
      return <Day at={row.at} now={now} />;
    case "unread":
      return <UnreadDivider count={row.count} />;
    case "notice":
      return row.complaint === undefined ? (
        <Notice row={row} />
      ) : (
        <ComplaintNotice row={row} onJump={rest.actions.onJump} />
      );
    case "message":
      return <Message row={row} {...rest} />;
    default:
      return null;
  }
}
