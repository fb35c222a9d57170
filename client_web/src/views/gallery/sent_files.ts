/** Scenes with files: in messages, on their way, beside the text that is being written. */

import type { Scene } from "./fakes";
import { file, trayFile } from "./files";
import { client, longClient, me, piotr } from "./people";
import { arranged, message, talk } from "./rows";
import { few } from "./scenes";

const LONG_NAME =
  "Umowa o kredyt obrotowy nr 2026-11-0042 wraz z załącznikami i pełnomocnictwem.docx";

const sent: Scene = {
  items: few,
  open: "c-client",
  rows: arranged([
    message(client, "The site this morning.", 60, {
      files: [file("site.png", { width: 1600, height: 1000 })],
    }),
    message(client, "", 40, { files: [file("tall.png", { width: 600, height: 1400 })] }),
    message(me, "", 30, { files: [file("Term sheet v2.pdf", { size: 482_000 })] }),
    message(client, "All of them signed.", 20, {
      files: ["a.png", "b.png", "c.png", "d.png"].map((name) => file(name)).concat(file(LONG_NAME)),
    }),
    message(client, "", 12, {
      files: [
        file("call.mp3", { kind: "sound", type: "audio/mpeg" }),
        file("walk.mp4", { kind: "film" }),
      ],
    }),
    message(piotr, "", 8, { files: [file("lost.png")] }),
  ]),
};

const uploading: Scene = {
  items: few,
  open: "c-piotr",
  rows: arranged([
    ...talk(4, piotr),
    message(me, "Here is the scan.", 0, {
      tick: "clock",
      uploading: true,
      files: [file("scan.png", { waiting: true }), file("annex.pdf", { waiting: true })],
    }),
    message(me, "", 0, {
      tick: "failed",
      trouble: { code: "file_infected", file: { id: "f", name: "invoice.zip", spare: true } },
      files: [file("annex.pdf", { waiting: true }), file("invoice.zip", { waiting: true })],
    }),
    message(me, "", 0, {
      tick: "failed",
      trouble: { code: "step_up_required" },
      files: [file("statement.xlsx", { waiting: true })],
    }),
  ]),
};

const tray: Scene = {
  items: few,
  open: "c-client",
  rows: talk(6, client),
  composer: {
    text: "The two that you asked for",
    canSend: true,
    leftOut: 2,
    files: [
      trayFile("scan.png"),
      trayFile(LONG_NAME),
      trayFile("film.mov", { size: 61_000_000, trouble: "too_large" }),
    ],
  },
};

const crossing: Scene = {
  ...tray,
  composer: {
    text: "",
    canSend: true,
    crossing: "Brzeska Logistics",
    files: [trayFile("Term sheet v2.pdf")],
  },
};

export const FILE_SCENES: Readonly<Record<string, Scene>> = {
  files: sent,
  "files-uploading": uploading,
  "files-tray": tray,
  "files-crossing": crossing,
  "files-sent-back": {
    ...tray,
    composer: {
      text: "As agreed.",
      canSend: true,
      sentBack: { name: longClient.name },
      files: [trayFile("Term sheet v2.pdf")],
    },
  },
  viewer: { ...sent, press: [["file.picture", { name: "site.png" }]] },
  prove: { ...uploading, press: ["file.prove"] },
  media: { ...sent, press: ["details.open", "media.open"] },
  "media-documents": { ...sent, press: ["details.open", "media.open", "media.kind.documents"] },
  "media-links": { ...sent, press: ["details.open", "media.open", "media.kind.links"] },
};
