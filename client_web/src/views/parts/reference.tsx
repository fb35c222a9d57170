/** A sentence with a reference in it, which is never broken between two lines. */
import s from "./reference.module.css";

interface ReferenceProps {
  text: string;
  reference: string;
}

export function WithReference({ text, reference }: ReferenceProps) {
  const at = text.indexOf(reference);
  if (at < 0) return text;
  const end = at + reference.length;
  return (
    <>
      {text.slice(0, at)}
      <span className={s.reference}>{reference}</span>
      {text.slice(end)}
    </>
  );
}
