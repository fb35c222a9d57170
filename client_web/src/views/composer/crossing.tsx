/** Files go to a client here for the first time: asked once a conversation. */
import { ClientTag } from "../parts/client_tag";
import { useText } from "../text";
import { Stop } from "./stop";

interface CrossingProps {
  /** To whom; undefined: nothing is asked. */
  name: string | undefined;
  count: number;
  onBack(): void;
  onGoOn(): void;
}

export function Crossing({ name, count, onBack, onGoOn }: CrossingProps) {
  const say = useText();
  if (name === undefined) return null;
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
