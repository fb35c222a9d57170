/** The log of a conversation: it holds the newest in view, or the place where one reads. */
import { useMemo, useRef } from "react";
import type { TimelineState } from "../../view_models/timeline";
import { useText } from "../text";
import type { TimelineActions } from "./actions";
import { Day } from "./day";
import { JumpToNewest } from "./jump";
import { LogState } from "./log_state";
import { Row } from "./row";
import s from "./timeline.module.css";
import { useAnnouncement } from "./use_announcement";
import { useLog } from "./use_log";
import { useRovingRows } from "./use_roving_rows";

/** What the timeline tells its model. */
export interface TimelineEvents {
  loadBefore(): void;
  loadAfter(): void;
  again(): void;
  goToEnd(): void;
  seen(key: string): void;
  leaveAt(place: { readonly key: string; readonly offset: number } | undefined): void;
}

export interface TimelineProps {
  /** What the log is called: the conversation's name. */
  name: string;
  state: TimelineState;
  now: number;
  actions: Omit<TimelineActions, "onFocus">;
  events: TimelineEvents;
  unfolded: ReadonlySet<string>;
  /** Enter or the menu key on a message, and E. */
  onKey(event: React.KeyboardEvent, key: string): void;
}

export function Timeline(props: TimelineProps) {
  const { state, now, actions, events } = props;
  const say = useText();
  const scroller = useRef<HTMLDivElement>(null);
  const roving = useRovingRows(state.rows, scroller);
  const log = useLog({ scroller, state, events, keep: roving.activeIndex });
  roving.scrollTo.current = (index) => log.virtualizer.scrollToIndex(index, { align: "auto" });
  const { setActive } = roving;
  const rowActions = useMemo(() => ({ ...actions, onFocus: setActive }), [actions, setActive]);
  const announced = useAnnouncement(state);
  const items = log.virtualizer.getVirtualItems();
  return (
    <div className={s.frame}>
      <div
        ref={scroller}
        className={s.scroller}
        role="log"
        aria-live="off"
        aria-busy={state.loading !== "none"}
        aria-label={say("timeline.label", { name: props.name })}
        tabIndex={roving.activeKey === undefined ? 0 : -1}
        onKeyDown={(event) => {
          if (roving.onKeyDown(event)) return;
          if (roving.activeKey !== undefined) props.onKey(event, roving.activeKey);
        }}
      >
        <div className={s.sizer} style={{ blockSize: log.virtualizer.getTotalSize() }}>
          {items.map((item) => (
            <div
              key={item.key}
              ref={log.virtualizer.measureElement}
              data-index={item.index}
              className={s.row}
              data-covered={(!log.resting && log.day?.covers === item.key) || undefined}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <Row
                row={state.rows[item.index]}
                now={now}
                active={roving.activeKey === item.key}
                flash={log.flashed === item.key}
                found={state.found?.key === item.key ? state.found.marks : undefined}
                unfolded={props.unfolded.has(String(item.key))}
                actions={rowActions}
              />
            </div>
          ))}
        </div>
      </div>
      {log.day === undefined ? null : (
        <div className={s.floating} data-idle={log.resting || undefined}>
          <Day at={log.day.at} now={now} floating />
        </div>
      )}
      <LogState state={state} onRetry={() => events.again()} />
      <JumpToNewest shown={!log.atEnd} count={state.unseen} onJump={log.toEnd} />
      <div className="aside" role="status" aria-live="polite">
        {announced}
      </div>
    </div>
  );
}
