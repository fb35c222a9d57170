/** What else was found: people to write to, and messages, the words marked, the newest first. */
import type { ReactNode } from "react";
import { contained } from "../../view_models/bidi";
import type { ConversationListState, HitView } from "../../view_models/conversation_list";
import { SearchTrouble } from "../find/search_trouble";
import { ClientTag } from "../parts/client_tag";
import { PersonButton } from "../parts/person_row";
import { useFormat, useText } from "../text";
import s from "./found.module.css";
import { filesText } from "./preview";

interface FoundProps {
  state: ConversationListState;
  now: number;
  onOpenHit(conversation: string, eventId: string): void;
  onOpenPerson(id: string): void;
  /** Searches once more. */
  onAgain(): void;
}

export function Found({ state, now, onOpenHit, onOpenPerson, onAgain }: FoundProps) {
  const say = useText();
  const { hits, searching, query } = state;
  const none = !searching && hits.length === 0 && state.trouble === undefined;
  const nothing = state.items.length === 0 && state.people.length === 0;
  return (
    <>
      {state.best?.kind === "person" ? null : <People state={state} onOpen={onOpenPerson} />}
      <section className={s.found} aria-label={say("search.messages")}>
        <h2 className={s.title}>{say("search.messages")}</h2>
        {state.trouble === undefined ? null : (
          <div className={s.note}>
            <SearchTrouble trouble={state.trouble} onAgain={onAgain} />
          </div>
        )}
        <p className={none || searching ? s.note : "aside"} role="status">
          {searching ? say("search.searching") : null}
          {none ? say(nothing ? "search.nothing" : "search.no_messages", { query }) : null}
          {hits.length > 0 ? say("search.count", { count: hits.length }) : null}
        </p>
        {state.cut === true ? <p className={s.note}>{say("search.cut")}</p> : null}
        {query.includes(":") ? null : <p className={s.note}>{say("search.filters")}</p>}
        <ul>
          {hits.map((hit) => (
            <li key={hit.eventId}>
              <Hit hit={hit} now={now} onOpen={onOpenHit} />
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

export function People({
  state,
  onOpen,
}: {
  state: ConversationListState;
  onOpen(id: string): void;
}) {
  const say = useText();
  if (state.people.length === 0) return null;
  return (
    <section className={s.found} aria-label={say("search.people")}>
      <h2 className={s.title}>{say("search.people")}</h2>
      <ul className={s.people}>
        {state.people.map((person) => (
          <li key={person.id}>
            <PersonButton person={person} tabIndex={-1} onPress={() => onOpen(person.id)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface HitProps {
  hit: HitView;
  now: number;
  tabIndex?: number;
  /** Among others of the same conversation: who wrote it stands in the place of its name. */
  within?: boolean;
  /** The one that is shown in its place. */
  current?: boolean;
  onOpen: FoundProps["onOpenHit"];
}

export function Hit({ hit, now, tabIndex = -1, within = false, current, onOpen }: HitProps) {
  const say = useText();
  const format = useFormat();
  const me = hit.author.me;
  const by = me ? say("list.you") : say("list.by", { name: hit.author.name });
  const where = !within ? hit.conversationName : me ? say("you") : hit.author.name;
  return (
    <button
      type="button"
      className={s.hit}
      data-stop=""
      tabIndex={tabIndex}
      aria-current={current || undefined}
      onClick={() => onOpen(hit.conversation, hit.eventId)}
    >
      <span className={s.line}>
        <bdi className={s.where}>{where}</bdi>
        {(within ? hit.author.outside : hit.outside) ? <ClientTag /> : null}
        <time dateTime={hit.at} title={format.full(hit.at)}>
          {format.ago(hit.at, now)}
        </time>
      </span>
      <span className={s.text}>
        {within ? null : <span>{by} </span>}
        <bdi>{hit.text === "" ? filesText(hit.files, say) : marked(hit)}</bdi>
      </span>
    </button>
  );
}

/** Text before the first mark that is still shown. */
const LEAD = 40;

/** The text from shortly before the first found word on, the found words in `<mark>`. */
function marked({ text, marks }: HitView): ReactNode[] {
  const first = marks[0]?.[0] ?? 0;
  let from = first > LEAD ? text.indexOf(" ", first - LEAD) + 1 : 0;
  if (from > first) from = first;
  const parts: ReactNode[] = [from > 0 ? "…" : ""];
  for (const [start, end] of marks) {
    parts.push(
      contained(text.slice(from, start)),
      <mark key={start}>{contained(text.slice(start, end))}</mark>,
    );
    from = end;
  }
  parts.push(contained(text.slice(from, from + 300)));
  return parts;
}
