/** What one starred: each opens its conversation, where it was said. */
import type { HitView } from "../../view_models/conversation_list";
import type { StarredModel } from "../../view_models/starred";
import { Hit } from "../conversations/found";
import { useObserved } from "../observed";
import { Button, IconButton } from "../parts/button";
import { Problem } from "../parts/field";
import { Sheet } from "../parts/sheet";
import { useText, useTroubleText } from "../text";
import s from "./starred.module.css";

interface StarredSheetProps {
  model: StarredModel;
  now: number;
  onShow(conversation: string, eventId: string): void;
  onClose(): void;
}

export function StarredSheet({ model, now, onShow, onClose }: StarredSheetProps) {
  const say = useText();
  const words = useTroubleText();
  const { hits, loading, more, trouble } = useObserved(model.state);
  const none = hits.length === 0 && !loading && trouble === undefined;
  return (
    <Sheet title={say("starred.title")} onClose={onClose}>
      {none ? <p className={s.none}>{say("starred.none")}</p> : null}
      <ul className={s.rows} aria-busy={loading}>
        {hits.map((hit) => (
          <li key={hit.eventId} className={s.row}>
            <Hit hit={hit} now={now} tabIndex={0} onOpen={onShow} />
            <Unstar hit={hit} onPress={() => model.unstar(hit)} />
          </li>
        ))}
      </ul>
      {trouble === undefined ? null : <Problem text={words(trouble)} />}
      {more && !none ? (
        <div className={s.rest}>
          <Button busy={loading} onClick={() => model.further()}>
            {say(trouble === undefined ? "starred.more" : "message.retry")}
          </Button>
        </div>
      ) : null}
    </Sheet>
  );
}

function Unstar({ hit, onPress }: { hit: HitView; onPress(): void }) {
  const say = useText();
  const label = `${say("message.unstar")}: ${hit.author.me ? say("you") : hit.author.name}`;
  return (
    <span className={s.star}>
      <IconButton icon="star" size={18} label={label} onClick={onPress} />
    </span>
  );
}
