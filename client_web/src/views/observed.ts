/** From view models to React: values that change, and the minute that passes. */
import { useEffect, useState, useSyncExternalStore } from "react";
import type { Observable } from "../view_models/observable";

/** The value now; renders again when it changes. */
export function useObserved<T>(observable: Observable<T>): T {
  return useSyncExternalStore(observable.subscribe, observable.get);
}

const TICK = 30_000;

/** Milliseconds since 1970, renewed every half minute, for "5 min ago". */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK);
    return () => clearInterval(timer);
  }, []);
  return now;
}
