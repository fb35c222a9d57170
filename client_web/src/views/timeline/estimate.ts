/** How tall a row will probably be, before it is measured. Pixels. */
import type { FileView } from "../../view_models/files";
import type { TimelineRow } from "../../view_models/timeline";
import { ratioOf, widthOf } from "../files/picture";

const LINE = 21.75;
const CHAR = 7.4;

/**
 * `width`: of the log. Near enough that the scrollbar does not jump, and whole: where a row is measured
 * the log is moved by the difference, and WebKit cuts the fraction off each place it is moved to.
 */
export function estimateRow(row: TimelineRow | undefined, width: number): number {
  return Math.round(heightOf(row, width));
}

function heightOf(row: TimelineRow | undefined, width: number): number {
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
      return 17 + head + Math.min(lines, 26) * LINE + around + filesHeight(row.files, bubble);
    }
    case "notice":
      return row.complaint === undefined ? 36 : 130;
    default:
      return 40;
  }
}

/** As they are laid out in a bubble of this width. */
function filesHeight(files: readonly FileView[], bubble: number): number {
  const pictures = files.filter(({ kind }) => kind === "picture");
  const others = files.length - pictures.length;
  const [first] = pictures;
  const width = Math.min(320, bubble - 16);
  let height = others * 62;
  if (pictures.length > 1) height += Math.ceil(pictures.length / 2) * (width / 2 + 2) + 6;
  else if (first !== undefined) height += Math.min(width, widthOf(first)) / ratioOf(first) + 6;
  return height;
}
