/** The third part: the chosen message's chain, then the conversation around it once it is opened. */
import { spanOf } from "../../view_models/console/broadcasts";
import type { Span } from "../../view_models/console/shown";
import type { Workbench } from "../../view_models/console/workbench";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { usePreferences } from "../preferences_context";
import { useText, useTroubleText } from "../text";
import { Chain } from "./chain";
import { Opening, openingTitle } from "./opening";
import { RangeBar, RangeFacts } from "./range_head";
import { Lines } from "./rows";
import s from "./transcript.module.css";

interface TranscriptProps {
  bench: Workbench;
  onExport(span: Span): void;
}

export function Transcript({ bench, onExport }: TranscriptProps) {
  const say = useText();
  const words = useTroubleText();
  const { language } = usePreferences();
  const { transcript } = bench;
  const { reading, busy, range, rows, complete, trouble } = useObserved(transcript.state);
  const { chosen } = useObserved(bench.search.state);
  return (
    <section
      className={s.transcript}
      data-part="transcript"
      aria-label={say("console.transcript.label")}
    >
      {range === undefined ? null : (
        <RangeBar
          bench={bench}
          range={range}
          language={language}
          onExport={() => onExport(spanOf(range))}
        />
      )}
      {complete || range === undefined ? null : (
        <progress
          className={s.progress}
          max={range.count}
          value={rows.length}
          aria-label={say("loading")}
        />
      )}
      <div
        className={s.body}
        // F6 comes here where there is something to read.
        data-first={range === undefined ? undefined : ""}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so keys must reach it
        tabIndex={0}
      >
        {range === undefined && chosen !== undefined ? <Chain hit={chosen} /> : null}
        {reading === undefined && chosen === undefined ? (
          <p className={s.empty}>{say("console.transcript.empty")}</p>
        ) : null}
        {reading === undefined || range !== undefined ? null : (
          <Opening bench={bench} reading={reading} busy={busy} />
        )}
        {reading === undefined && chosen !== undefined ? (
          <Button
            onClick={() =>
              bench.prepare({ conversation: chosen.conversation, at: chosen.conv_seq })
            }
          >
            {say(openingTitle(chosen.conversation))}
          </Button>
        ) : null}
        {trouble === undefined ? null : <Problem text={words(trouble)} />}
        {range === undefined ? null : (
          <>
            <RangeFacts range={range} rows={rows} />
            <Lines bench={bench} range={range} rows={rows} at={reading?.at} />
          </>
        )}
      </div>
    </section>
  );
}
