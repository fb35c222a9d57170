/**
 * The virtual log: which rows are rendered where, and what scrolling means.
 *
 * Facts about scrolling that decide the code:
 * - WebKit loses an initial scroll to the end when it is busy; a huge `initialOffset` does not get lost.
 * - Rows above are measured late; `anchorTo: "end"` keeps what one reads where it is.
 * - `followOnAppend` follows while the virtualizer takes the end to be in view. Where a jump has put the
 *   element it learns one scroll event later. An own message must always be followed.
 */
import { defaultRangeExtractor, useVirtualizer, type Virtualizer } from "@tanstack/react-virtual";
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Anchor, TimelineRow, TimelineState } from "../../view_models/timeline";
import { estimateRow } from "./estimate";
import { floatingDay } from "./floating_day";
import type { KeptEnd } from "./kept_end";
import type { TimelineEvents } from "./timeline";
import { useKeptEnd } from "./use_kept_end";

type LogVirtualizer = Virtualizer<HTMLDivElement, Element>;

interface LogOptions {
  scroller: RefObject<HTMLDivElement | null>;
  state: TimelineState;
  events: TimelineEvents;
  /** The row that has the focus stays rendered, wherever one scrolls. */
  keep: number;
}

const FAR_END = 1e7;
const NEAR_END = 48;
/** Rows from an edge at which more are loaded. */
const EDGE = 12;
const FLASH = 1600;
/** For so many frames a place must hold before what is in view counts as seen. */
const SETTLED_FRAMES = 3;
/** So often it is looked whether what covers the log is gone. */
const COVERED_MS = 250;
const PAD = 16;
/** A row that is gone to stands this far under the top edge, clear of the floating date. */
const PLACE = 44;

/** Everything the timeline needs to know of its log. */
export function useLog({ scroller, state, events, keep }: LogOptions) {
  const { rows, moreAfter } = state;
  const going = useRef<number>(undefined);
  const hadMore = useRef(false);
  useLayoutEffect(() => {
    hadMore.current = moreAfter && rows.length > 0;
  }, [moreAfter, rows]);
  const virtualizer = useVirtualizer<HTMLDivElement, Element>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    getItemKey: useCallback((index: number) => rows[index]?.key ?? index, [rows]),
    estimateSize: useCallback(
      (index: number) => estimateRow(rows[index], scroller.current?.clientWidth ?? 640),
      [rows, scroller],
    ),
    rangeExtractor: useCallback(
      (range: Parameters<typeof defaultRangeExtractor>[0]) => {
        const shown = defaultRangeExtractor(range);
        if (keep < 0 || keep >= range.count || shown.includes(keep)) return shown;
        return [...shown, keep].sort((a, b) => a - b);
      },
      [keep],
    ),
    initialOffset: FAR_END,
    anchorTo: "end",
    // Rows that are loaded below, or come while the page goes elsewhere, take nobody along.
    followOnAppend: !moreAfter && !hadMore.current && going.current === undefined,
    scrollEndThreshold: NEAR_END,
    overscan: 8,
    paddingStart: PAD,
    paddingEnd: PAD / 2,
    scrollPaddingStart: PLACE,
    scrollPaddingEnd: PAD,
    useFlushSync: false,
  });
  const keptEnd = useKeptEnd(scroller, NEAR_END);
  const steer = useSteer(virtualizer, going, keptEnd);
  const flashed = useAnchor(virtualizer, state, going, steer);
  useOwnMessages(virtualizer, state);
  useEdges(virtualizer, state, events);
  const atEnd = rows.length === 0 || (!state.moreAfter && virtualizer.isAtEnd(NEAR_END));
  useSeen(virtualizer, state.anchor, events);
  useLeave(virtualizer, rows, events, atEnd);
  const toEnd = useToEnd(virtualizer, events);
  const resting = useResting(virtualizer) && atEnd;
  const day = floatingDay(virtualizer.scrollOffset ?? 0, virtualizer.getVirtualItems(), rows);
  return { virtualizer, flashed, atEnd, toEnd, day, resting };
}

/** How long it is looked after that the end is reached: about a second. */
const END_FRAMES = 60;
/** For so many frames a row that was gone to must hold its place before it counts as reached. */
const REACHED_FRAMES = 10;

/** To the newest row, and there again while rows are measured late or loaded above. */
function useToEnd(virtualizer: LogVirtualizer, events: TimelineEvents): () => void {
  const frame = useRef(0);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  return useCallback(() => {
    events.goToEnd();
    virtualizer.scrollToEnd();
    let [there, left] = [0, END_FRAMES];
    const look = () => {
      there = virtualizer.isAtEnd(NEAR_END) && isSettled(virtualizer) ? there + 1 : 0;
      if (there === 0) virtualizer.scrollToEnd();
      left -= 1;
      if (there < SETTLED_FRAMES && left > 0) frame.current = requestAnimationFrame(look);
    };
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(look);
  }, [events, virtualizer]);
}

/**
 * Steers to an index, and keeps it in `going` until it is reached.
 *
 * The virtualizer steers for some frames after `scrollToIndex`. It learns late where the element
 * stands, and does not know that rows that are loaded above meanwhile give the row another index.
 */
function useSteer(
  virtualizer: LogVirtualizer,
  going: RefObject<number | undefined>,
  keptEnd: RefObject<KeptEnd | undefined>,
) {
  const frame = useRef(0);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  return useCallback(
    (index: number, align: "center" | "start") => {
      going.current = index;
      keptEnd.current?.lead();
      virtualizer.scrollToIndex(index, { align });
      let [still, left] = [0, END_FRAMES];
      const look = () => {
        still = isSettled(virtualizer) ? still + 1 : 0;
        left -= 1;
        if (still < REACHED_FRAMES && left > 0) frame.current = requestAnimationFrame(look);
        else {
          going.current = undefined;
          keptEnd.current?.arrive();
        }
      };
      cancelAnimationFrame(frame.current);
      frame.current = requestAnimationFrame(look);
    },
    [virtualizer, going, keptEnd],
  );
}

/** Goes where the model wishes; yields the key of a row to flash. */
function useAnchor(
  virtualizer: LogVirtualizer,
  state: TimelineState,
  going: RefObject<number | undefined>,
  steer: ReturnType<typeof useSteer>,
): string | undefined {
  const [flashed, setFlashed] = useState<string>();
  const done = useRef(-1);
  const { anchor, rows } = state;
  useLayoutEffect(() => {
    const index = anchor === undefined ? -1 : rows.findIndex((row) => row.key === anchor.key);
    if (anchor === undefined || index < 0) return;
    const moved = going.current !== undefined && going.current !== index;
    if (anchor.serial === done.current && !moved) return;
    done.current = anchor.serial;
    steer(index, anchor.reason === "jump" ? "center" : "start");
    if (anchor.reason === "jump") setFlashed(anchor.key);
    if (anchor.reason !== "place") return;
    // To the very line, once the rows around it are measured: that takes two frames.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => virtualizer.scrollBy(anchor.offset + PLACE));
    });
    return () => cancelAnimationFrame(frame);
  }, [anchor, rows, virtualizer, going, steer]);
  useEffect(() => {
    if (flashed === undefined) return;
    const timer = setTimeout(() => setFlashed(undefined), FLASH);
    return () => clearTimeout(timer);
  }, [flashed]);
  return flashed;
}

/** What one has just written is always brought into view, even if it is on the record by then. */
function useOwnMessages(virtualizer: LogVirtualizer, { rows, written }: TimelineState) {
  const shown = useRef(written);
  useLayoutEffect(() => {
    if (written === shown.current || !rows.some(({ key }) => key === written?.key)) return;
    shown.current = written;
    virtualizer.scrollToEnd();
  }, [rows, written, virtualizer]);
}

/** Asks for more when an edge comes near. */
function useEdges(virtualizer: LogVirtualizer, state: TimelineState, events: TimelineEvents) {
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items[items.length - 1]?.index ?? 0;
  const count = state.rows.length;
  useEffect(() => {
    if (count === 0 || state.loading !== "none" || state.trouble !== undefined) return;
    if (state.moreBefore && first < EDGE) events.loadBefore();
    if (state.moreAfter && last >= count - EDGE) events.loadAfter();
  }, [first, last, count, state.loading, state.moreBefore, state.moreAfter, state.trouble, events]);
}

/**
 * Tells the newest row that is wholly in view.
 *
 * A conversation is first rendered at its end, whatever is unread; where it stands is known once the
 * element has scrolled there and the virtualizer knows. React may render that some frames later: what
 * is in view is asked for when it is told, or the end would count as seen.
 */
function useSeen(virtualizer: LogVirtualizer, anchor: Anchor | undefined, events: TimelineEvents) {
  const rendered = newestInView(virtualizer);
  const stand = anchor?.serial;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a place that was gone to is looked at anew
  useEffect(() => {
    let frames = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = () => {
      frame = requestAnimationFrame(look);
    };
    const look = () => {
      frames = isSettled(virtualizer) ? frames + 1 : 0;
      const key = newestInView(virtualizer);
      if (frames < SETTLED_FRAMES) soon();
      else if (isCovered(virtualizer)) timer = setTimeout(soon, COVERED_MS);
      else if (key !== undefined) events.seen(key);
    };
    let frame = requestAnimationFrame(look);
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [rendered, stand, events, virtualizer]);
}

/** The key of the newest row that is wholly in view where the virtualizer stands now. */
function newestInView(virtualizer: LogVirtualizer): string | undefined {
  const foot = (virtualizer.scrollOffset ?? 0) + (virtualizer.scrollRect?.height ?? 0) + 4;
  const key = virtualizer.getVirtualItems().findLast((item) => item.end <= foot)?.key;
  return key === undefined ? undefined : String(key);
}

/** Whether a sheet of a phone, a picture in full or a question lies over it. */
function isCovered({ scrollElement }: LogVirtualizer): boolean {
  if (scrollElement === null) return true;
  const { left, top, width, height } = scrollElement.getBoundingClientRect();
  const over = scrollElement.ownerDocument.elementFromPoint(left + width / 2, top + height / 2);
  return over === null || !scrollElement.parentElement?.contains(over);
}

/** Whether the element has scrolled where the virtualizer takes it to be; before, that may be beyond the end. */
function isSettled({ scrollElement, scrollOffset }: LogVirtualizer): boolean {
  if (scrollElement === null) return false;
  const { scrollTop, scrollHeight, clientHeight } = scrollElement;
  return Math.abs(scrollTop - Math.min(scrollOffset ?? 0, scrollHeight - clientHeight)) <= 1;
}

/** Remembers the place when the conversation is left. */
function useLeave(
  virtualizer: LogVirtualizer,
  rows: readonly TimelineRow[],
  events: TimelineEvents,
  atEnd: boolean,
) {
  const place = useRef<{ key: string; offset: number } | undefined>(undefined);
  const offset = virtualizer.scrollOffset ?? 0;
  const item = virtualizer.getVirtualItems().find((each) => each.end > offset);
  const row = item === undefined ? undefined : rows[item.index];
  place.current =
    atEnd || row === undefined || item === undefined
      ? undefined
      : { key: row.key, offset: Math.round(offset - item.start) };
  useEffect(() => () => events.leaveAt(place.current), [events]);
}

const REST = 1500;

/** Nothing has scrolled for a while. */
function useResting(virtualizer: LogVirtualizer): boolean {
  const [resting, setResting] = useState(true);
  const { isScrolling } = virtualizer;
  useEffect(() => {
    if (isScrolling) {
      setResting(false);
      return;
    }
    const timer = setTimeout(() => setResting(true), REST);
    return () => clearTimeout(timer);
  }, [isScrolling]);
  return resting;
}
