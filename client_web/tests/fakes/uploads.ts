/** Files on their way in and out, as server/onrecord/features/uploads keeps them: nothing is looked into. */
import { Refused } from "../../src/session/failures";
import type { Api } from "../../src/session/ports";
import type * as wire from "../../src/wire/types.gen";
import type { Doors } from "./clients";
import type { FakeServer } from "./server";

type FilesApi = Pick<
  Api,
  "beginUpload" | "putBytes" | "finishUpload" | "cancelUpload" | "fileLinks"
>;

interface Started {
  readonly body: wire.NewUpload;
  readonly owner: string;
  offset: number;
  file?: wire.WireFile;
}

export class FakeUploads {
  /** What is in the archive, with who stored it and for which conversation. */
  readonly stored = new Map<string, wire.WireFile & { readonly conv: string }>();
  /** How much arrives at once. */
  pieceBytes = 4;
  /** Bytes received; those sent again count again. */
  received = 0;
  /** Thrown when an upload is finished. */
  refusal: Refused | undefined;
  /** Files for which it is thrown; undefined: all. */
  refusedNames: readonly string[] | undefined;
  /** Links asked for, by variant. */
  readonly asked: string[] = [];
  private readonly server: FakeServer;
  private readonly started = new Map<string, Started>();

  constructor(server: FakeServer) {
    this.server = server;
  }

  /** The server starts anew: what was not finished is lost. */
  lose(): void {
    for (const [id, { file }] of this.started) if (file === undefined) this.started.delete(id);
  }

  get open(): number {
    return [...this.started.values()].filter(({ file }) => file === undefined).length;
  }

  /** Files as a message in a conversation has them; undefined: one of them is not there. */
  of(ids: readonly string[], conv: string): wire.WireFile[] | undefined {
    const found = ids.flatMap((id) => this.stored.get(id) ?? []);
    if (found.length < ids.length || found.some((file) => file.conv !== conv)) return undefined;
    return found.map(({ conv: _conv, ...file }) => file);
  }

  apiOf({ asked }: Doors): FilesApi {
    return {
      beginUpload: (body) => asked((owner) => this.begin(body, owner)),
      putBytes: (upload, offset, piece) => asked(() => this.put(upload, offset, piece.size)),
      finishUpload: (upload) => asked(() => this.finish(upload)),
      cancelUpload: (upload) => asked(() => void this.started.delete(upload)),
      fileLinks: ({ links }) => asked(() => ({ links: links.map((link) => this.link(link)) })),
    };
  }

  private begin(body: wire.NewUpload, owner: string): wire.Upload {
    const known = this.started.get(body.id) ?? { body, owner, offset: 0 };
    this.started.set(body.id, known);
    return this.shown(known);
  }

  private find(upload: string): Started {
    const found = this.started.get(upload);
    if (found === undefined) throw new Refused(404, "no_such_upload", "None.");
    return found;
  }

  private put(upload: string, offset: number, bytes: number): wire.Upload {
    const found = this.find(upload);
    if (offset !== found.offset) throw new Refused(409, "wrong_offset", "Not here.");
    this.received += bytes;
    found.offset += bytes;
    return this.shown(found);
  }

  private finish(upload: string): wire.Stored {
    const found = this.find(upload);
    const meant = this.refusedNames?.includes(found.body.name) ?? true;
    if (this.refusal !== undefined && meant) throw this.refusal;
    const { name, size, conv, voice } = found.body;
    const type = voice ? "audio/webm" : name.endsWith(".png") ? "image/png" : "application/pdf";
    const heard = voice === undefined ? {} : { voice };
    found.file ??= { id: this.server.id("blob"), name, size, type, ...heard };
    this.stored.set(found.file.id, { ...found.file, conv });
    return { file: found.file };
  }

  private shown({ body, offset, file }: Started): wire.Upload {
    const { id: upload, size } = body;
    const there = { upload, offset, size, piece_bytes: this.pieceBytes };
    return file === undefined ? there : { ...there, file };
  }

  private link({ event, file, variant = "original" }: wire.AskLink): wire.FileLink {
    this.asked.push(variant);
    if (!this.stored.has(file)) return { code: "no_such_file" };
    const url = `https://files.example/${event}/${file}/${variant}`;
    return { url, expires_at: this.server.inSeconds(300) };
  }
}
