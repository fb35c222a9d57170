/** The way from a search field into what it finds: the down arrow goes there, Enter takes the first. */
import { type RefObject, useRef } from "react";

interface Results<E extends HTMLElement> {
  /** Of the list whose stops (`data-stop`) are the results. */
  readonly list: RefObject<E | null>;
  /** For the search field. */
  readonly keys: { onLeave(): void; onEnter(): void };
}

/** Where nothing is typed, Enter takes nobody. */
export function useResults<E extends HTMLElement = HTMLUListElement>(query: string): Results<E> {
  const list = useRef<E>(null);
  const first = () => list.current?.querySelector<HTMLElement>("[data-stop]");
  const onEnter = () => {
    if (query !== "") first()?.click();
  };
  return { list, keys: { onLeave: () => first()?.focus(), onEnter } };
}
