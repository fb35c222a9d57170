/** A picture that came inside an answer, as an address that an image can show. */
import { useEffect, useState } from "react";
import { useBrowser } from "../browser";

/** `data`: WebP in base64. The address ends with the component. */
export function usePictureOf(data: string | undefined): string | undefined {
  const { addresses } = useBrowser();
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    if (data === undefined) return;
    const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
    const made = addresses.of(new Blob([bytes], { type: "image/webp" }));
    if (made === undefined) return;
    setAddress(made);
    return () => addresses.release(made);
  }, [data, addresses]);
  return data === undefined ? undefined : address;
}
