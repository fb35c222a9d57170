/**
 * People from a CSV file, for administrators: chosen, looked at, added batch by batch.
 *
 *     choose --a file--> preview --add--> adding --all sent--> done --another file--> preview
 *     adding --no answer--> preview, with what was added already; adding again goes on
 */
import type { Upload } from "../../session/ports";
import type * as wire from "../../wire/types.gen";
import { Observed } from "../observable";
import type { Trouble } from "../people";
import { POSITION, type PositionField, positionOf } from "../position";
import type { Desk } from "./desk";

export type Column = NonNullable<wire.ImportFault["column"]>;

const OF_POSITION = Object.fromEntries(POSITION.map((field) => [field, true])) as Record<
  PositionField,
  true
>;
/** What a file can have; none of the server's is left out. */
const EACH: Record<Column, true> = {
  username: true,
  name: true,
  role: true,
  org: true,
  ...OF_POSITION,
  mail: true,
  phone: true,
  language: true,
  advisor: true,
};
export const COLUMNS = Object.keys(EACH) as readonly Column[];

/** As many as a request takes. */
const BATCH = 40;

export interface ImportState {
  readonly step: "choose" | "preview" | "adding" | "done";
  readonly file?: string | undefined;
  readonly preview?: wire.ImportPreview | undefined;
  /** What became of the rows that were sent. */
  readonly results: readonly wire.ImportedRow[];
  readonly linkDays: number;
  /** The right rows are to be added although others are wrong. */
  readonly partial: boolean;
  readonly busy: boolean;
  readonly trouble?: Trouble | undefined;
}

const BEGINNING: ImportState = {
  step: "choose",
  results: [],
  linkDays: 7,
  partial: false,
  busy: false,
};

export class ImportPeople {
  readonly state = new Observed<ImportState>(BEGINNING);
  private readonly desk: Desk;

  constructor(desk: Desk) {
    this.desk = desk;
  }

  /** Nothing is fetched before a file is chosen. */
  readonly load = async (): Promise<void> => {};

  readonly choose = async (file: Upload): Promise<void> => {
    if (this.state.get().busy) return;
    const { linkDays } = this.state.get();
    this.state.set({ ...BEGINNING, linkDays, file: file.name, busy: true });
    const trouble = await this.desk.attempt(async () => {
      const preview = await this.desk.api.previewImport(file);
      this.change({ step: "preview", preview });
    });
    this.change({ busy: false, trouble });
  };

  readonly setLinkDays = (linkDays: number): void => this.change({ linkDays });

  readonly setPartial = (partial: boolean): void => this.change({ partial });

  /** Sends what is new or changes somebody, and was not sent yet, in the order of the file. */
  readonly add = async (): Promise<void> => {
    if (!mayAdd(this.state.get())) return;
    this.change({ step: "adding", busy: true, trouble: undefined });
    const trouble = await this.desk.attempt(async () => {
      for (let rest = this.rest(); rest.length > 0; rest = this.rest()) {
        const body = { rows: rest.slice(0, BATCH), link_days: this.state.get().linkDays };
        const { rows } = await this.desk.api.importPeople(body);
        this.change({ results: [...this.state.get().results, ...rows] });
      }
    });
    this.change({ step: trouble === undefined ? "done" : "preview", busy: false, trouble });
  };

  private rest(): wire.NewAccount[] {
    const { preview, results } = this.state.get();
    return newRows(preview).slice(results.length).map(accountOf);
  }

  private change(part: Partial<ImportState>): void {
    this.state.set({ ...this.state.get(), ...part });
  }
}

/** Those of a file that add somebody, or change their position. */
export function newRows(preview: wire.ImportPreview | undefined): readonly wire.ImportRow[] {
  return (preview?.rows ?? []).filter(({ state }) => state === "new" || state === "moved");
}

export function rowsThat(
  preview: wire.ImportPreview | undefined,
  state: wire.ImportRow["state"],
): readonly wire.ImportRow[] {
  return (preview?.rows ?? []).filter((row) => row.state === state);
}

/** Every row of the file; those that are wrong come first, each part in the file's order. */
export function wrongFirst(preview: wire.ImportPreview): readonly wire.ImportRow[] {
  const right = preview.rows.filter(({ state }) => state !== "wrong");
  return [...rowsThat(preview, "wrong"), ...right];
}

/** Nothing is written while a row is wrong, unless the person says so. */
export function mayAdd({ preview, partial, busy }: ImportState): boolean {
  const wrong = rowsThat(preview, "wrong").length > 0;
  return !busy && newRows(preview).length > 0 && (partial || !wrong);
}

/** The links as a table for a spreadsheet; no cell of it is taken for a formula. */
export function linksTable(results: readonly wire.ImportedRow[], separator: string): string {
  const rows = results.flatMap(({ username, link }) =>
    link === undefined ? [] : [[username, link.url, link.expires_at]],
  );
  const lines = [["username", "link", "expires_at"], ...rows].map((cells) =>
    cells.map(quoted).join(separator),
  );
  return `\ufeff${lines.join("\r\n")}\r\n`;
}

function quoted(cell: string): string {
  const plain = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return `"${plain.replaceAll('"', '""')}"`;
}

function accountOf(row: wire.ImportRow): wire.NewAccount {
  const { name, org, username, mail, phone, locale, advisor } = row;
  const role = row.role ?? "employee";
  const given = { ...positionOf(row), mail, phone, locale, advisor };
  const optional = Object.entries(given).filter(([, value]) => value);
  return {
    name,
    org,
    username,
    role,
    kind: role === "client" ? "client" : "employee",
    ...Object.fromEntries(optional),
  };
}
