/** How tall a row will probably be, before it is measured. Pixels. */
import type { TimelineRow } from "../../view_models/timeline";

const LINE = 21.75;
const CHAR = 7.4;

/** `width`: of the log. Near enough that the scrollbar does not jump. */
export function estimateRow(row: TimelineRow | undefined, width: number): number {
  switch (row?.kind) {
    case "message": {
      const bubble = Math.max(160, Math.min(68 * 8.2, width - 190));
      const perLine = Math.max(12, Math.floor((bubble - 24) / CHAR));
      const text = row.text ?? "";
      let lines = 0;
      for (const part of text.slice(0, 2400).split("\n", 26)) {
        lines += Math.max(1, Math.ceil((part.length + 1) / perLine));
      }
      const head = row.runStart ? (row.mine ? 8 : 28) : 0;
      const notes = (row.nudge === undefined ? 0 : 28) + (row.complaint === undefined ? 0 : 24);
      const around = (row.quote === undefined ? 0 : 56) + notes;
      return 17 + head + Math.min(lines, 26) * LINE + around;
    }
    case "notice":
      return row.complaint === undefined ? 36 : 130;
    default:
      return 40;
  }
}
