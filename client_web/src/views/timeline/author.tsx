/** Who said it: face and name, each the way to the person. */
import type { MessageRow } from "../../view_models/timeline";
import { Avatar } from "../parts/avatar";
import { ClientTag } from "../parts/client_tag";
import { useText } from "../text";
import type { TimelineActions } from "./actions";
import s from "./message.module.css";

interface AuthorProps {
  row: MessageRow;
  actions: TimelineActions;
}

/** Undefined: there is nobody to show. */
function opener({ row, actions }: AuthorProps): (() => void) | undefined {
  const { onPerson } = actions;
  const { id, kind } = row.author;
  return onPerson === undefined || kind === "system" ? undefined : () => onPerson(id);
}

/** For the pointer; the name beside it is for everybody. */
export function Face(props: AuthorProps) {
  const { author, runStart } = props.row;
  const open = opener(props);
  const face = (
    <Avatar
      id={author.id}
      name={author.name}
      picture={author.picture}
      outside={author.outside}
      size="s"
    />
  );
  return (
    <span className={s.face}>
      {!runStart ? null : open === undefined ? (
        face
      ) : (
        <button type="button" tabIndex={-1} aria-hidden="true" onClick={open}>
          {face}
        </button>
      )}
    </span>
  );
}

/** Shown at the start of a run; read out each time. */
export function By(props: AuthorProps & { id: string; tabIndex: 0 | -1 }) {
  const { row, id, tabIndex } = props;
  const say = useText();
  const name = row.mine ? say("you") : row.author.name;
  const shown = row.runStart && !row.mine;
  const open = shown ? opener(props) : undefined;
  return (
    <div id={id} className={shown ? s.by : "aside"}>
      {open === undefined ? (
        <bdi className={s.name}>{name}</bdi>
      ) : (
        <button type="button" className={s.who} tabIndex={tabIndex} onClick={open}>
          <bdi className={s.name}>{name}</bdi>
        </button>
      )}
      {row.author.outside && row.runStart ? <ClientTag who={row.author.org} beside={name} /> : null}
    </div>
  );
}
