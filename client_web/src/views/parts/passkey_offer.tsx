/** "Next time without a code?": offered once a client came in by one. */
import { useText } from "../text";
import { Button, IconButton } from "./button";
import s from "./passkey_offer.module.css";
import { Strip } from "./strip";

export interface PasskeyOfferProps {
  onAdd(): void;
  onNotNow(): void;
}

export function PasskeyOffer({ onAdd, onNotNow }: PasskeyOfferProps) {
  const say = useText();
  return (
    <aside className={s.offer} aria-label={say("offer.title")}>
      <Strip
        icon="key"
        action={
          <div className={s.actions}>
            <Button aria-label={say("offer.add.name")} onClick={onAdd}>
              {say("offer.add")}
            </Button>
            <IconButton icon="close" size={18} label={say("offer.not_now")} onClick={onNotNow} />
          </div>
        }
      >
        {say("offer.title")}
      </Strip>
    </aside>
  );
}
