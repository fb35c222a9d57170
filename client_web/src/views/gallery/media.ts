/** What was sent in a conversation, for the gallery; and a code before files of a marked kind. */
import type { MediaKind, MediaModel, MediaState } from "../../view_models/media";
import { Observed } from "../../view_models/observable";
import type { ProofModel } from "../../view_models/proof";
import { code } from "./doors";
import { file } from "./files";
import { client, me, piotr } from "./people";
import { at } from "./rows";

const PEOPLE = [client, me, piotr];

export function mediaModel(): MediaModel {
  const state = new Observed(found("media"));
  return {
    state,
    show: (kind) => state.set(found(kind)),
    further: () => state.set({ ...state.get(), more: false }),
  };
}

function found(kind: MediaKind): MediaState {
  const item = (index: number) => ({
    eventId: `m-${index}`,
    author: PEOPLE[index % 3] ?? me,
    at: at(index * 700 + 20),
  });
  const names =
    kind === "media"
      ? Array.from({ length: 14 }, (_, i) => `photo-${i}.png`)
      : kind === "documents"
        ? [
            "Term sheet v2.pdf",
            "Umowa o kredyt obrotowy nr 2026-11-0042 z załącznikami.docx",
            "q3.xlsx",
          ]
        : [];
  return {
    kind,
    files: names.map((name, index) => ({ ...item(index), file: file(name) })),
    links:
      kind === "links"
        ? [
            { ...item(0), address: "https://files.harbour.example/d/8c2f" },
            {
              ...item(2),
              address:
                "https://intranet.harbour.example/reports/2026/q3/covenants?view=table#page-4",
            },
          ]
        : [],
    loading: false,
    more: kind === "media",
    since: at(60 * 24 * 90),
  };
}

export function proofModel(): ProofModel {
  return { state: new Observed({ code: code() }), again() {}, close() {} };
}
