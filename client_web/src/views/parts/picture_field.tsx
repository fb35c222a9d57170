/** A picture as it is, and the way to another one. */
import { useRef } from "react";
import type { Upload } from "../../view_models/pictures";
import { useText } from "../text";
import { Avatar } from "./avatar";
import { Button } from "./button";
import s from "./picture_field.module.css";

interface PictureFieldProps {
  id: string;
  name: string;
  picture: string | undefined;
  group?: boolean;
  busy: boolean;
  onChoose(file: Upload): void;
  onRemove(): void;
}

const KINDS = "image/png,image/jpeg,image/webp";

export function PictureField(props: PictureFieldProps) {
  const { id, name, picture, group, busy, onChoose, onRemove } = props;
  const say = useText();
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className={s.field}>
      <Avatar id={id} name={name} picture={picture} group={group ?? false} size="l" />
      <div className={s.buttons}>
        <input
          ref={input}
          type="file"
          accept={KINDS}
          hidden={true}
          aria-label={say("picture.choose")}
          onChange={(event) => {
            const file = event.target.files?.[0];
            event.target.value = "";
            if (file !== undefined) onChoose(file);
          }}
        />
        <Button busy={busy} onClick={() => input.current?.click()}>
          {say(picture === undefined ? "picture.choose" : "picture.replace")}
        </Button>
        {picture === undefined ? null : (
          <Button look="quiet" busy={busy} onClick={onRemove}>
            {say("picture.remove")}
          </Button>
        )}
      </div>
    </div>
  );
}
