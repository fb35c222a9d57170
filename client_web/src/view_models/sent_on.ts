/** What a row says of where its message comes from. */
import type { MessageSent } from "../wire/types.gen";
import type { PeopleBook } from "./people_book";
import type { ForwardView } from "./timeline";

/** Its author is named to those who may know that person. */
export function forwardView({ forward }: MessageSent, book: PeopleBook): ForwardView | undefined {
  if (forward === undefined) return undefined;
  const { at, actor } = forward;
  const known = actor !== undefined && book.knows(actor);
  return { at, author: known ? book.view(actor) : undefined };
}
