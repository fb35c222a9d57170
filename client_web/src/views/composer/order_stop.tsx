/** Asked before what reads like an order is sent. */
import { useText } from "../text";
import { Stop } from "./stop";

interface OrderStopProps {
  words: string;
  onEdit(): void;
  onSendAnyway(): void;
}

export function OrderStop({ words, onEdit, onSendAnyway }: OrderStopProps) {
  const say = useText();
  return (
    <Stop
      title={say("orders.stop")}
      text={words}
      back={say("orders.edit")}
      goOn={say("orders.send")}
      onBack={onEdit}
      onGoOn={onSendAnyway}
    />
  );
}
