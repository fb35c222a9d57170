/** Where somebody is in the console, as the address says it: what a colleague can be sent. */

export type Tab = "work" | "exports" | "record";

/** A query as it is filled in; empty strings are not asked for. */
export interface QueryFields {
  readonly words: string;
  /** What any of them did. */
  readonly people: readonly string[];
  readonly personAs: "member" | "author";
  readonly conversation: string;
  readonly fromDay: string;
  readonly toDay: string;
  readonly reason: string;
}

/** A conversation to read: all of it or some days, and the record to stand at. */
export interface Reading {
  readonly conversation: string;
  readonly fromDay: string;
  readonly toDay: string;
  readonly at?: number | undefined;
}

export const COMPLAINT_STATES = ["open", "overdue", "answered", "withdrawn", "all"] as const;
export type ComplaintState = (typeof COMPLAINT_STATES)[number];

/** What narrows the list of complaints down; empty strings do not. */
export interface ComplaintFields {
  readonly state: ComplaintState;
  readonly person: string;
  readonly category: string;
  readonly reference: string;
}

/** The open ones for whatever is no state. */
export function complaintStateOf(text: string): ComplaintState {
  return COMPLAINT_STATES.find((state) => state === text) ?? "open";
}

export type Place =
  /** `next` is the fragment of a view to go on to with the case that is chosen. */
  | { readonly kind: "cases"; readonly next?: string | undefined }
  /** Complaints, for compliance, narrowed down. */
  | { readonly kind: "complaints"; readonly fields: ComplaintFields }
  /** What people reported of messages, for compliance. */
  | { readonly kind: "reports" }
  /** Where copies of what is recorded go, for compliance and administrators. */
  | { readonly kind: "destinations" }
  | { readonly kind: "login"; readonly code: string }
  /** Accounts, for administrators; one of them open. */
  | { readonly kind: "people"; readonly person?: string | undefined }
  /** What the firm is called and looks like, for administrators. */
  | { readonly kind: "firm" }
  /** The office hours, for administrators. */
  | { readonly kind: "hours" }
  /** The texts of the recording notice, for administrators. */
  | { readonly kind: "notices" }
  /** People from a CSV file, for administrators. */
  | { readonly kind: "import" }
  /** System streams, for auditors; one of them open. */
  | { readonly kind: "streams"; readonly stream?: string | undefined }
  | {
      readonly kind: "case";
      readonly id: string;
      readonly tab: Tab;
      readonly query: QueryFields;
      readonly reading?: Reading | undefined;
    };

export const EMPTY_QUERY: QueryFields = {
  words: "",
  people: [],
  personAs: "member",
  conversation: "",
  fromDay: "",
  toDay: "",
  reason: "",
};

/** The place that a fragment names; the cases for whatever is none. */
export function placeOf(fragment: string): Place {
  const [path = "", search = ""] = fragment.replace(/^#?\/?/, "").split("?", 2);
  const [kind, name = "", tab] = path.split("/").map(decoded);
  const values = new Values(search);
  if (kind === "login" && name !== "") return { kind: "login", code: name };
  if (kind === "firm" || kind === "hours" || kind === "import" || kind === "notices")
    return { kind };
  if (kind === "reports" || kind === "destinations") return { kind };
  if (kind === "complaints") return { kind, fields: complaintsOf(values) };
  if (kind === "people") return { kind, person: name || undefined };
  if (kind === "streams") return { kind, stream: name || undefined };
  if (kind !== "case" || name === "")
    return { kind: "cases", next: values.get("next") || undefined };
  return {
    kind: "case",
    id: name,
    tab: tab === "exports" || tab === "record" ? tab : "work",
    query: queryOf(values),
    reading: readingOf(values),
  };
}

/** The fragment of a place; `placeOf` reads it back. */
export function fragmentOf(place: Place): string {
  switch (place.kind) {
    case "cases":
      return `#/${written({ next: place.next ?? "" })}`;
    case "login":
      return `#/login/${encodeURIComponent(place.code)}`;
    case "firm":
    case "hours":
    case "import":
    case "notices":
    case "reports":
    case "destinations":
      return `#/${place.kind}`;
    case "complaints": {
      const { state, person, category, reference } = place.fields;
      const shown = state === "open" ? "" : state;
      const narrowed = { state: shown, with: person, about: category, reference };
      return `#/complaints${written(narrowed)}`;
    }
    case "people":
      return `#/people${place.person === undefined ? "" : `/${encodeURIComponent(place.person)}`}`;
    case "streams":
      return `#/streams${place.stream === undefined ? "" : `/${encodeURIComponent(place.stream)}`}`;
    case "case": {
      const { id, tab, query, reading } = place;
      const path = `#/case/${encodeURIComponent(id)}${tab === "work" ? "" : `/${tab}`}`;
      return path + written({ ...queryValues(query), ...readingValues(reading) });
    }
  }
}

/**
 * Where somebody of a role is: the place that was asked for, or the first of theirs.
 *
 * The server refuses the others' in any case; this only keeps a person from its refusals.
 */
export function placeFor(role: string, wanted: Place): Place {
  if (wanted.kind === "login") return wanted;
  const homes = HOMES[role] ?? COMPLIANCE;
  const mine = wanted.kind === "case" ? "cases" : wanted.kind;
  return homes.some((home) => home === mine) ? wanted : placeOf(`#/${homes[0]}`);
}

/** The screens of the console that have a place of their own. */
export type Home = CompliancePlace | "streams" | AdministrationPlace;
export type CompliancePlace = "cases" | "complaints" | "reports" | "destinations";
export type AdministrationPlace =
  | "people"
  | "import"
  | "firm"
  | "hours"
  | "notices"
  | "destinations";

export const COMPLIANCE: readonly [CompliancePlace, ...CompliancePlace[]] = [
  "cases",
  "complaints",
  "reports",
  "destinations",
];
export const ADMINISTRATION: readonly [AdministrationPlace, ...AdministrationPlace[]] = [
  "people",
  "import",
  "firm",
  "hours",
  "notices",
  "destinations",
];
const HOMES: Readonly<Record<string, readonly [Home, ...Home[]]>> = {
  administrator: ADMINISTRATION,
  auditor: ["streams"],
};

/** The same view within another case. */
export function movedTo(id: string, next: string | undefined): Place {
  const place = placeOf(next ?? "");
  if (place.kind === "case") return { ...place, id };
  return { kind: "case", id, tab: "work", query: EMPTY_QUERY };
}

// The models know no browser, so URLSearchParams is not theirs.
class Values {
  private readonly values: readonly (readonly [string, string])[];

  constructor(search: string) {
    this.values = search.split("&").map((pair) => {
      const [name = "", value = ""] = pair.split("=", 2);
      return [decoded(name), decoded(value)];
    });
  }

  /** The last of that name. */
  get(name: string): string {
    return this.all(name).at(-1) ?? "";
  }

  /** All of that name that say something, each once. */
  all(name: string): readonly string[] {
    const found = this.values.filter(([each, value]) => each === name && value !== "");
    return [...new Set(found.map(([, value]) => value))];
  }
}

function queryOf(values: Values): QueryFields {
  return {
    words: values.get("words"),
    people: values.all("person"),
    personAs: values.get("as") === "author" ? "author" : "member",
    conversation: values.get("in"),
    fromDay: values.get("from"),
    toDay: values.get("to"),
    reason: values.get("why"),
  };
}

function complaintsOf(values: Values): ComplaintFields {
  return {
    state: complaintStateOf(values.get("state")),
    person: values.get("with"),
    category: values.get("about"),
    reference: values.get("reference"),
  };
}

function readingOf(values: Values): Reading | undefined {
  const conversation = values.get("read");
  if (conversation === "") return undefined;
  const at = Number(values.get("at"));
  return {
    conversation,
    fromDay: values.get("read_from"),
    toDay: values.get("read_to"),
    at: Number.isSafeInteger(at) && at > 0 ? at : undefined,
  };
}

function queryValues(query: QueryFields) {
  return {
    words: query.words,
    person: query.people,
    as: query.personAs === "author" ? "author" : "",
    in: query.conversation,
    from: query.fromDay,
    to: query.toDay,
    why: query.reason,
  };
}

function readingValues(reading: Reading | undefined) {
  if (reading === undefined) return {};
  const { conversation, fromDay, toDay, at } = reading;
  return { read: conversation, read_from: fromDay, read_to: toDay, at: at ? String(at) : "" };
}

function written(values: Readonly<Record<string, string | readonly string[]>>): string {
  const pairs = Object.entries(values)
    .flatMap(([name, value]) => [value].flat().map((each) => [name, each] as const))
    .filter(([, value]) => value !== "");
  const text = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  return text === "" ? "" : `?${text}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return "";
    throw error;
  }
}
