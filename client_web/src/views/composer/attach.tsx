/** The way to files: a button that opens the device's own picker. */
import { useRef } from "react";
import { IconButton } from "../parts/button";
import { useText } from "../text";

interface AttachProps {
  /** Nothing can be added now. */
  full: boolean;
  onFiles(files: readonly File[]): void;
}

export function Attach({ full, onFiles }: AttachProps) {
  const say = useText();
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        tabIndex={-1}
        aria-label={say("attach.open")}
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])]);
          // The same file can be chosen again.
          event.currentTarget.value = "";
        }}
      />
      <IconButton
        icon="attach"
        label={say("attach.open")}
        disabled={full}
        onClick={() => picker.current?.click()}
      />
    </>
  );
}
