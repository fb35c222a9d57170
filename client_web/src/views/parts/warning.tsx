/** Something that could be taken wrongly: a sign and a sentence. */
import { Icon } from "./icon";
import s from "./warning.module.css";

export function Warning({ text }: { text: string }) {
  return (
    <span className={s.warning}>
      <Icon name="alert" size={16} />
      <span>{text}</span>
    </span>
  );
}
