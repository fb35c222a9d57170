/** Media, documents and links of a conversation in one place; each shows its message. */
import type { FilesModel } from "../../view_models/files";
import type {
  MediaFile,
  MediaKind,
  MediaLink,
  MediaModel,
  MediaState,
} from "../../view_models/media";
import { aboutFile, FileName } from "../files/document";
import { SentBy } from "../files/sent_by";
import { useSource } from "../files/use_source";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { Icon } from "../parts/icon";
import { Sheet } from "../parts/sheet";
import { WebLink } from "../parts/web_link";
import { useFormat, useText, useTroubleText } from "../text";
import s from "./media.module.css";

const KINDS: readonly MediaKind[] = ["media", "documents", "links"];

interface MediaSheetProps {
  model: MediaModel;
  files: FilesModel;
  now: number;
  onShow(eventId: string): void;
  onClose(): void;
}

export function MediaSheet({ model, files, now, onShow, onClose }: MediaSheetProps) {
  const say = useText();
  const state = useObserved(model.state);
  return (
    <Sheet title={say("media.title")} onClose={onClose}>
      <fieldset className={s.kinds} aria-label={say("media.title")}>
        {KINDS.map((kind) => (
          <button
            key={kind}
            type="button"
            aria-pressed={state.kind === kind}
            onClick={() => model.show(kind)}
          >
            {say(`media.kind.${kind}`)}
          </button>
        ))}
      </fieldset>
      <Found state={state} files={files} now={now} onShow={onShow} />
      <Rest state={state} onFurther={() => model.further()} />
    </Sheet>
  );
}

type FoundProps = Pick<MediaSheetProps, "files" | "now" | "onShow"> & { state: MediaState };

function Found({ state, files, now, onShow }: FoundProps) {
  if (state.kind === "links") {
    return (
      <ul className={s.rows}>
        {state.links.map((link) => (
          <LinkRow key={`${link.eventId} ${link.address}`} link={link} now={now} onShow={onShow} />
        ))}
      </ul>
    );
  }
  const grid = state.kind === "media";
  return (
    <ul className={grid ? s.grid : s.rows}>
      {state.files.map((found) => (
        <li key={`${found.eventId} ${found.file.id}`}>
          {grid ? (
            <Thumb found={found} files={files} onShow={onShow} />
          ) : (
            <DocumentRow found={found} now={now} onShow={onShow} />
          )}
        </li>
      ))}
    </ul>
  );
}

interface ThumbProps extends Pick<MediaSheetProps, "files" | "onShow"> {
  found: MediaFile;
}

function Thumb({ found: { eventId, file }, files, onShow }: ThumbProps) {
  const say = useText();
  return (
    <button
      type="button"
      className={s.thumb}
      title={file.name}
      aria-label={`${say("media.jump")}: ${file.name}`}
      onClick={() => onShow(eventId)}
    >
      {file.kind === "picture" ? (
        <Small eventId={eventId} file={file} files={files} />
      ) : (
        <Icon name="play" size={28} />
      )}
    </button>
  );
}

function Small({ eventId, file, files }: Omit<MediaFile, "author" | "at"> & { files: FilesModel }) {
  const [{ url }, onFailed] = useSource({ files, eventId, file, variant: "thumb" });
  if (url === undefined) return <Icon name="picture" size={28} />;
  return <img src={url} alt="" loading="lazy" onError={onFailed} />;
}

interface DocumentRowProps extends Pick<MediaSheetProps, "now" | "onShow"> {
  found: MediaFile;
}

function DocumentRow({ found: { eventId, file, author, at }, now, onShow }: DocumentRowProps) {
  const say = useText();
  const format = useFormat();
  return (
    <button
      type="button"
      className={s.row}
      title={say("media.jump")}
      onClick={() => onShow(eventId)}
    >
      <Icon name="file" size={22} />
      <span className={s.lines}>
        <FileName name={file.name} />
        <span className={s.about}>
          {aboutFile(file, format)} · <SentBy author={author} when={format.ago(at, now)} />
        </span>
      </span>
    </button>
  );
}

interface LinkRowProps extends Pick<MediaSheetProps, "now" | "onShow"> {
  link: MediaLink;
}

function LinkRow({ link: { eventId, address, author, at }, now, onShow }: LinkRowProps) {
  const say = useText();
  const format = useFormat();
  return (
    <li className={s.link}>
      <WebLink address={address}>{address}</WebLink>
      <span className={s.about}>
        <SentBy author={author} when={format.ago(at, now)} />{" "}
        <button type="button" onClick={() => onShow(eventId)}>
          {say("media.jump")}
        </button>
      </span>
    </li>
  );
}

interface RestProps {
  state: MediaState;
  onFurther(): void;
}

/** What is not there, and how to look on. */
function Rest({ state, onFurther }: RestProps) {
  const say = useText();
  const words = useTroubleText();
  const format = useFormat();
  const { kind, loading, more, since, trouble } = state;
  const none = state.files.length + state.links.length === 0;
  return (
    <div className={s.rest} aria-busy={loading}>
      {trouble === undefined ? null : <Problem text={words(trouble)} />}
      {none && !more && trouble === undefined ? (
        <p className={s.none}>{say(`media.none.${kind}`)}</p>
      ) : null}
      {more ? (
        <>
          {since === undefined ? null : (
            <p className={s.none}>{say("media.looked", { day: format.date(since) })}</p>
          )}
          <Button busy={loading} onClick={onFurther}>
            {say(trouble === undefined ? "media.more" : "message.retry")}
          </Button>
        </>
      ) : null}
    </div>
  );
}
