/** A picture that came inside an answer, as an address that an image can show. */
import { useEffect, useState } from "react";

/** `data`: WebP in base64. The address ends with the component. */
export function usePictureOf(data: string | undefined): string | undefined {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    if (data === undefined) return;
    const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
    const made = URL.createObjectURL(new Blob([bytes], { type: "image/webp" }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [data]);
  return data === undefined ? undefined : address;
}
