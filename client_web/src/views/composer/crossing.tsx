/** Files go to a client here for the first time: asked once a conversation. */
import { ClientTag } from "../parts/client_tag";
import { useText } from "../text";
import { Stop } from "./stop";

interface CrossingProps {
  /** To whom. */
  name: string;
  count: number;
  onBack(): void;
  onGoOn(): void;
}

export function Crossing({ name, count, onBack, onGoOn }: CrossingProps) {
  const say = useText();
  return (
    <Stop
      title={
        <>
          {say("crossing.title", { count })} <ClientTag who={name} />
        </>
      }
      text={say("crossing.text", { name, count })}
      back={say("crossing.back")}
      goOn={say("crossing.send")}
      onBack={onBack}
      onGoOn={onGoOn}
    />
  );
}
