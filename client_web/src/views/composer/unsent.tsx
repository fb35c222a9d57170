/** In place of the composer, where nothing can be written any more: what was not sent. */
import { useBrowser } from "../browser";
import { Button } from "../parts/button";
import { Icon } from "../parts/icon";
import { useText } from "../text";
import s from "./unsent.module.css";

interface UnsentProps {
  text: string;
  /** What its files are called. */
  files: readonly string[];
  onCopied(): void;
  onDelete(): void;
}

export function Unsent({ text, files, onCopied, onDelete }: UnsentProps) {
  const say = useText();
  const { clipboard } = useBrowser();
  return (
    <section className={s.unsent} aria-label={say("unsent.title")}>
      <p className={s.title}>{say("unsent.title")}</p>
      {text === "" ? null : (
        <p className={s.text} dir="auto">
          {text}
        </p>
      )}
      {files.length === 0 ? null : (
        <ul className={s.files} aria-label={say("later.files")}>
          {files.map((name, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: they never change places
            <li key={place}>
              <Icon name="attach" size={14} />
              <bdi>{name}</bdi>
            </li>
          ))}
        </ul>
      )}
      <div className={s.verbs}>
        {text === "" ? null : (
          <Button
            look="quiet"
            icon="copy"
            onClick={() => void clipboard.write(text).then(onCopied)}
          >
            {say("message.copy")}
          </Button>
        )}
        <Button look="quiet" icon="trash" onClick={onDelete}>
          {say("unsent.delete")}
        </Button>
      </div>
    </section>
  );
}
