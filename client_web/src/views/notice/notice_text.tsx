/** The recording notice in full; a long one scrolls in itself. */
import { useId } from "react";
import type { NoticeView } from "../../view_models/notice";
import s from "./notice.module.css";

export function NoticeText({ notice }: { notice: NoticeView }) {
  const heading = useId();
  return (
    <section
      className={s.notice}
      lang={notice.locale}
      aria-labelledby={heading}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
    >
      <h2 id={heading}>{notice.title}</h2>
      {notice.paragraphs.map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
    </section>
  );
}
