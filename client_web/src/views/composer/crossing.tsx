/** Files go to a client here for the first time, or the server sent back what would. */
import { ClientTag } from "../parts/client_tag";
import { useText } from "../text";
import { Stop } from "./stop";

interface CrossingProps {
  /** To whom. */
  name: string;
  count: number;
  /** It was not sent, since the page had not shown them. */
  sentBack: boolean;
  onBack(): void;
  onGoOn(): void;
}

export function Crossing({ name, count, sentBack, onBack, onGoOn }: CrossingProps) {
  const say = useText();
  return (
    <Stop
      title={
        <>
          {sentBack ? say("crossing.sent_back.title") : say("crossing.title", { count })}{" "}
          <ClientTag who={name} />
        </>
      }
      text={
        sentBack ? say("crossing.sent_back.text", { name }) : say("crossing.text", { name, count })
      }
      back={say("crossing.back")}
      goOn={say("crossing.send")}
      onBack={onBack}
      onGoOn={onGoOn}
    />
  );
}
