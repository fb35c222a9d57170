/** Why nothing was found: it may be tried again, unless what was typed is the reason. */
import type { Trouble } from "../../view_models/people";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { useText, useTroubleText } from "../text";
import s from "./search_trouble.module.css";

const TYPED: ReadonlySet<string> = new Set(["query_not_understood", "bad_date", "bad_filter"]);

export function SearchTrouble({ trouble, onAgain }: { trouble: Trouble; onAgain(): void }) {
  const say = useText();
  const words = useTroubleText();
  return (
    <div className={s.trouble}>
      <Problem text={words(trouble, "search.failed")} />
      {TYPED.has(trouble.code) ? null : <Button onClick={onAgain}>{say("message.retry")}</Button>}
    </div>
  );
}
