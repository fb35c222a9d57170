/** Who sent a file or a link, marked where they are from outside the firm, and when. */
import type { PersonView } from "../../view_models/people";
import { ClientTag } from "../parts/client_tag";
import { useText } from "../text";

interface SentByProps {
  author: PersonView;
  /** In the reader's words. */
  when: string;
}

export function SentBy({ author, when }: SentByProps) {
  const say = useText();
  return (
    <>
      <bdi>{author.me ? say("you") : author.name}</bdi>
      {author.outside && !author.me ? (
        <>
          {" "}
          <ClientTag who={author.org} beside={author.name} />
        </>
      ) : null}
      , {when}
    </>
  );
}
