/** "A new version is ready": it comes with the page loaded anew, and what is begun stays. */
import { useText } from "../text";
import { Button } from "./button";
import { Strip } from "./strip";

export function NewVersion({ onTake }: { onTake(): void }) {
  const say = useText();
  return (
    <Strip icon="info" action={<Button onClick={onTake}>{say("update.take")}</Button>}>
      {say("update.ready")}
    </Strip>
  );
}
