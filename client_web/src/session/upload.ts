/** Brings one file into the archive, piece by piece, from where it stands at the server. */
import type * as wire from "../wire/types.gen";
import type { Api, Content } from "./ports";

export type UploadApi = Pick<Api, "beginUpload" | "putBytes" | "finishUpload" | "cancelUpload">;

/** on: it goes on; stop: not here, or not now; cancel: nobody wants it any more. */
export type Going = "on" | "stop" | "cancel";

/** `going` is asked before each piece, and before it is stored. Undefined: it did not go on. */
export async function bring(
  api: UploadApi,
  asked: wire.NewUpload,
  content: Content,
  going: (bytes: number) => Going,
): Promise<wire.WireFile | undefined> {
  let there = await api.beginUpload(asked);
  while (there.file === undefined && there.offset < asked.size) {
    const next = going(there.offset);
    if (next !== "on") return ended(api, there, next);
    const end = Math.min(there.offset + there.piece_bytes, Number.MAX_SAFE_INTEGER);
    there = await api.putBytes(there.upload, there.offset, content.slice(there.offset, end));
  }
  const last = going(asked.size);
  if (last !== "on") return ended(api, there, last);
  return there.file ?? (await api.finishUpload(there.upload)).file;
}

async function ended(api: UploadApi, there: wire.Upload, how: Going): Promise<undefined> {
  if (how === "cancel" && there.file === undefined) await api.cancelUpload(there.upload);
}
