/** Orders are not taken here: said in conversations with clients, and asked before one is sent. */
import { Chunk } from "../chunk";
import { loadLog } from "../load_extras";
import { Strip } from "../parts/strip";
import { usePreferences } from "../preferences_context";
import { useText } from "../text";

interface OrdersProps {
  /** The firm's words by language; undefined: nothing is said. */
  banner: Readonly<Partial<Record<string, string>>> | undefined;
  stopped: boolean;
  onEdit(): void;
  onSendAnyway(): void;
}

export function Orders({ banner, stopped, onEdit, onSendAnyway }: OrdersProps) {
  const say = useText();
  const { language } = usePreferences();
  const words = banner === undefined ? undefined : (banner[language] ?? say("orders.banner"));
  if (stopped) {
    return (
      <Chunk load={loadLog}>
        {(part) => (
          <part.OrderStop words={words ?? ""} onEdit={onEdit} onSendAnyway={onSendAnyway} />
        )}
      </Chunk>
    );
  }
  if (words === undefined) return null;
  return <Strip icon="info">{words}</Strip>;
}
