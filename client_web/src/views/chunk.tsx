/**
 * A part of the page that is fetched when it is first shown.
 *
 * A server that was updated has other parts; the page must be loaded anew. What was not sent is kept.
 */
import { type ReactNode, useCallback, useEffect, useState } from "react";
import { flushSync } from "react-dom";
import { useBrowser } from "./browser";
import s from "./chunk.module.css";
import { Button } from "./parts/button";
import { Problem } from "./parts/field";
import { useText } from "./text";

interface ChunkProps<T> {
  /** The same function each time, such as `() => import("./invites/invites")` of a module. */
  load: () => Promise<T>;
  /** What stands there meanwhile. */
  waiting?: ReactNode;
  /** Gives up a part that cannot be fetched; undefined: the page is nothing without it. */
  onClose?: (() => void) | undefined;
  /** Without it the rest goes on: nothing is said when it cannot be fetched. */
  optional?: boolean;
  children: (part: T) => ReactNode;
}

export function Chunk<T>({ load, waiting, onClose, optional, children }: ChunkProps<T>) {
  const [part, setPart] = useState<T>();
  const [failed, setFailed] = useState(false);
  const fetchIt = useCallback(() => {
    let wanted = true;
    setFailed(false);
    load().then(
      // At once, with its subscriptions: what is typed into it the next moment must not be lost.
      (loaded) => wanted && flushSync(() => setPart(() => loaded)),
      () => wanted && setFailed(true),
    );
    return () => {
      wanted = false;
    };
  }, [load]);
  useEffect(fetchIt, [fetchIt]);
  if (part !== undefined) return children(part);
  if (!failed || optional) return waiting;
  return <Unfetched onAgain={fetchIt} onClose={onClose} />;
}

interface UnfetchedProps {
  /** Tries again; where there is a network, the page is loaded anew instead. */
  onAgain(): void;
  onClose?: (() => void) | undefined;
}

export function Unfetched({ onAgain, onClose }: UnfetchedProps) {
  const say = useText();
  const { device, page } = useBrowser();
  return (
    <div className={s.failed} data-over={onClose !== undefined || undefined}>
      <Problem text={say("chunk.failed")} />
      <div className={s.verbs}>
        <Button autoFocus onClick={() => (device.online() ? page.reload() : onAgain())}>
          {say("message.retry")}
        </Button>
        {onClose === undefined ? null : <Button onClick={onClose}>{say("close")}</Button>}
      </div>
    </div>
  );
}
