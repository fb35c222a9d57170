/** A text with the found words marked. */
import { Visible } from "./visible";

interface MarkedTextProps {
  text: string;
  /** [start, end), in order. */
  marks: readonly (readonly [number, number])[];
}

export function MarkedText({ text, marks }: MarkedTextProps) {
  const ends = [0, ...marks.map(([, end]) => end)];
  return (
    <bdi>
      {marks.map(([start, end], index) => (
        <span key={start}>
          <Visible text={text.slice(ends[index], start)} />
          <mark>
            <Visible text={text.slice(start, end)} />
          </mark>
        </span>
      ))}
      <Visible text={text.slice(ends.at(-1))} />
    </bdi>
  );
}
