"use strict";
// Checks a copy as verify_copy.py does, except that it compares transcript.html with manifest.json
// alone, and takes no copy of an earlier format. The steps:
// files, keys and checkpoint; the record that names the copy; then each record: form, proof,
// content, place; then the manifest.

const words = JSON.parse(document.getElementById("words").textContent);
const FORMAT = "onrecord-copy/5";
const FILES = ["README.txt", "checkpoint", "copy-made.json", "manifest.json", "policy", "records.jsonl",
  "transcript.html", "verify.html"];
const FILE = /^file-[0-9a-f]{64}(\.[a-z0-9]{1,8})?$/;
const MEMBERSHIP = ["conversation.created", "member.added", "history.shared", "member.removed",
  "member.left"];
const OF_ONE_CLIENT = ["assurance.changed", "complaint.closed", "complaint.filed", "device.added",
  "identity.confirmed", "identity.reset", "identity.withdrawn"];
const KINDS = { 1: "Ed25519", 6: "ML-DSA-44" };
const REPEATED = ["v", "event_id", "type", "conv_seq", "msg_no", "prev", "at"];
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

class Wrong extends Error {
  constructor(code, index, name) {
    super(code);
    this.code = code;
    this.index = index;
    this.name = name;
  }
}

function demand(holds, code, index, name) {
  if (!holds) throw new Wrong(code, index, name);
}

/** What a foreign exception means here: bytes of another form. */
function formed(code, act, index) {
  try {
    return act();
  } catch (error) {
    throw error instanceof Wrong ? error : new Wrong(code, index);
  }
}

// Bytes

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

function unhex(text, size) {
  if (typeof text !== "string" || !/^(?:[0-9a-f]{2})*$/.test(text) || text.length !== 2 * size) {
    throw new Error("no hex");
  }
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function unbase64(text) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  if (btoa(String.fromCharCode(...bytes)) !== text) throw new Error("base64 in another spelling");
  return bytes;
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const equal = (one, other) => hex(one) === hex(other);
const sha256 = async (...parts) =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
const byte = (value) => Uint8Array.of(value);

/** A number as 8 bytes, big-endian. */
function u64(value) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

/** RFC 8785: members by name, nothing between. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

const ordered = (value) =>
  Array.isArray(value) ? value.map(ordered)
    : value === null || typeof value !== "object" ? value
      : Object.fromEntries(Object.keys(value).sort().map((name) => [name, ordered(value[name])]));

// Files

/** Numbers of two bytes, those in brackets of four, little-endian. */
function little(...numbers) {
  return joined(...numbers.map((number) => {
    const bytes = new Uint8Array(Array.isArray(number) ? 4 : 2);
    const view = new DataView(bytes.buffer);
    if (Array.isArray(number)) view.setUint32(0, number[0], true);
    else view.setUint16(0, number, true);
    return bytes;
  }));
}

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  return value;
});

function crc32(bytes) {
  let value = 0xffffffff;
  for (const each of bytes) value = CRC[(value ^ each) & 255] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

const DATE = 33;
/** What a local header and an entry of the directory say of a file. */
const told = (name, content) =>
  [0, 0, 0, DATE, [crc32(content)], [content.length], [content.length], name.length, 0];

/**
 * The files of a .zip file in the one spelling that a copy has: stored, by name, no times, and no
 * byte besides. Where a directory could name other files, what is read here need not be what
 * another program unpacks.
 */
function unzipped(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const files = new Map();
  const directory = [];
  let at = 0;
  while (at + 30 <= bytes.length && view.getUint32(at, true) === 0x04034b50) {
    const size = view.getUint32(at + 18, true);
    const start = at + 30 + view.getUint16(at + 26, true);
    demand(start + size <= bytes.length, "zip");
    const name = bytes.slice(at + 30, start);
    const content = bytes.subarray(start, start + size);
    const said = told(name, content);
    const header = joined(little([0x04034b50], 20, ...said), name);
    demand(equal(header, bytes.subarray(at, start)), "zip");
    demand(!files.has(decoder.decode(name)), "files");
    files.set(decoder.decode(name), content);
    directory.push(joined(little([0x02014b50], 20, 20, ...said, 0, 0, 0, [0], [at]), name));
    at = start + size;
  }
  demand(files.size > 0, "zip");
  const names = [...files.keys()];
  demand(canonical(names) === canonical([...names].sort()), "zip");
  const entries = joined(...directory);
  const end = [0, 0, directory.length, directory.length, [entries.length], [at], 0];
  demand(equal(joined(entries, little([0x06054b50], ...end)), bytes.subarray(at)), "zip");
  return files;
}

/** A copy of another version has other files, and is not checked; this one has all of its own. */
function complete(files) {
  let format;
  try {
    ({ format } = JSON.parse(decoder.decode(files.get("manifest.json"))));
  } catch {
    // It is found below, or where the manifest is compared.
  }
  const another = typeof format === "string" && format.startsWith("onrecord-copy/");
  demand(!another || format === FORMAT, "version");
  const names = [...files.keys()].filter((name) => !FILE.test(name));
  demand(canonical(names.sort()) === canonical(FILES), "files");
}

const EXTRAS = [0x000a, 0x5455, 0x5855, 0x7855, 0x7875, 0xcafe];
const LARGEST = 2 ** 30;
const latin1 = (bytes) => String.fromCharCode(...bytes);

/** The numbers of a record of a .zip file: 2 and 4 are their bytes; undefined past the end. */
function numbers(bytes, at, ...sizes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return sizes.map((size) => {
    demand(at + size <= bytes.length, "zip");
    const value = size === 2 ? view.getUint16(at, true) : view.getUint32(at, true);
    at += size;
    return value;
  });
}

function checkExtras(extras) {
  for (let at = 0; at < extras.length; ) {
    const [kind, size] = numbers(extras, at, 2, 2);
    demand(EXTRAS.includes(kind) && at + 4 + size <= extras.length, "zip");
    at += 4 + size;
  }
}

/** The directory of a .zip file: its entries, and where it begins. */
function directoryOf(bytes) {
  const end = bytes.length - 22;
  demand(end >= 0, "zip");
  const [signature, disk, first, here, count, size, start, comment] =
    numbers(bytes, end, 4, 2, 2, 2, 2, 4, 4, 2);
  demand(signature === 0x06054b50 && disk + first + comment === 0, "zip");
  demand(here === count && count > 0 && start + size === end, "zip");
  const entries = [];
  let at = start;
  for (let i = 0; i < count; i += 1) {
    const [mark, maker, needed, flags, method, time, date, crc, packed, whole, names, extra, more,
      volume, inner, outer, offset] = numbers(bytes, at, 4, 2, 2, 2, 2, 2, 2, 4, 4, 4, 2, 2, 2, 2, 2, 4, 4);
    demand(mark === 0x02014b50 && more + volume === 0, "zip");
    const after = at + 46 + names + extra;
    demand(after <= end, "zip");
    checkExtras(bytes.subarray(at + 46 + names, after));
    const name = latin1(bytes.subarray(at + 46, at + 46 + names));
    const said = [maker, needed, flags, method, time, date, extra, inner, outer];
    const own = canonical(said) === canonical([20, 20, 0, 0, 0, DATE, 0, 0, 0]) && !name.includes("/");
    entries.push({ name, own, flags, method, time, date, outer, sizes: [crc, packed, whole], offset });
    at = after;
  }
  demand(at === end, "zip");
  return { entries, start };
}

async function inflated(packed, size) {
  const whole = new Uint8Array(size);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const reader = stream.getReader();
  let at = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    demand(at + read.value.length <= size, "zip");
    whole.set(read.value, at);
    at += read.value.length;
  }
  demand(at === size, "zip");
  return whole;
}

/** Where a member's sizes end that follow its content. */
function afterwards(bytes, sizes, at) {
  const said = little(...sizes.map((size) => [size]));
  for (const each of [joined(little([0x08074b50]), said), said]) {
    if (equal(each, bytes.subarray(at, at + each.length))) return at + each.length;
  }
  throw new Wrong("zip");
}

async function member(bytes, entry, at) {
  const [mark, , flags, method, time, date, crc, packed, whole, names, extra] =
    numbers(bytes, at, 4, 2, 2, 2, 2, 2, 4, 4, 4, 2, 2);
  const after = at + 30 + names + extra;
  demand(mark === 0x04034b50 && entry.offset === at && after <= bytes.length, "zip");
  demand(latin1(bytes.subarray(at + 30, at + 30 + names)) === entry.name, "zip");
  demand(canonical([flags, method, time, date])
    === canonical([entry.flags, entry.method, entry.time, entry.date]), "zip");
  demand((flags & ~0x80e) === 0 && (method === 0 || method === 8), "zip");
  checkExtras(bytes.subarray(at + 30 + names, after));
  const end = after + entry.sizes[1];
  demand(end <= bytes.length, "zip");
  const same = canonical([crc, packed, whole]) === canonical(entry.sizes);
  const none = crc + packed + whole === 0;
  demand(flags & 8 ? method === 8 && (same || none) : same, "zip");
  const data = bytes.subarray(after, end);
  const content = method === 8 ? await inflated(data, entry.sizes[2]) : data;
  demand(content.length === entry.sizes[2] && crc32(content) === entry.sizes[0], "zip");
  return { content, next: flags & 8 ? afterwards(bytes, entry.sizes, end) : end };
}

const isAscii = (name) => !/[^\x00-\x7f]/.test(name);

function isUtf8(name) {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(name, (c) => c.charCodeAt(0)));
    return true;
  } catch {
    return false;
  }
}

/** Whether a folder is called so everywhere, and is no other one. */
function leadsOn(folder) {
  const device = /^(con|prn|aux|nul|com[0-9]|lpt[0-9]) *(\.|$)/i;
  return folder !== "" && !/[. ]$/.test(folder) && !device.test(folder);
}

/** A name that leads to one place everywhere; a file, or a folder. */
function checkPlain({ name, flags, outer }) {
  const at = name.lastIndexOf("/");
  const folder = name.slice(0, Math.max(at, 0));
  demand(isAscii(name.slice(at + 1)) && folder.length <= 100, "zip");
  demand(!(flags & 0x800) || isUtf8(folder), "zip");
  demand(at < 0 || folder.split("/").every(leadsOn), "zip");
  demand(!/[\x00-\x1f"*:<>?\\|\x7f]/.test(name), "zip");
  const isFolder = name.endsWith("/");
  demand([0, isFolder ? 4 : 8].includes(outer >>> 28) && (isFolder || !(outer & 0x10)), "zip");
}

/** The files of a copy that was packed again, by the conditions of copy_zip.py. */
async function membersOf(bytes, { entries, start }) {
  demand(entries.reduce((sum, { sizes }) => sum + sizes[2], 0) <= LARGEST, "zip");
  const spelled = entries.filter(({ name }) => !isAscii(name)).map(({ flags }) => flags & 0x800);
  demand(new Set(spelled).size <= 1, "zip");
  const files = new Map();
  const folders = new Set();
  let at = 0;
  for (const entry of entries) {
    checkPlain(entry);
    const { content, next } = await member(bytes.subarray(0, start), entry, at);
    at = next;
    const cut = entry.name.lastIndexOf("/") + 1;
    const name = entry.name.slice(cut);
    demand(name === "" ? content.length === 0 : !files.has(name), "zip");
    if (name === "") continue;
    files.set(name, content);
    folders.add(entry.name.slice(0, cut));
  }
  demand(at === start && folders.size === 1, "zip");
  const [folder] = folders;
  demand(entries.every(({ name }) => !name.endsWith("/") || folder.startsWith(name)), "zip");
  return new Map([...files].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Whether the file could be that of a copy at all: its names are in it. */
function seemsACopy(bytes) {
  const [head, tail] = [bytes.subarray(0, 1024), bytes.subarray(-8192)].map(latin1);
  return head.startsWith("PK\x03\x04") && (head + tail).includes("records.jsonl")
    || head.startsWith("PK\x03\x04") && head.includes("README.txt");
}

async function filesOfZip(bytes) {
  demand(seemsACopy(bytes), "other");
  try {
    return formed("zip", () => unzipped(bytes));
  } catch (error) {
    let directory;
    try {
      directory = directoryOf(bytes);
    } catch {
      throw error;
    }
    // Where hardly a member is packed otherwise than a copy's own, it is a copy that was changed.
    const again = ({ own, name }, at, all) => !own + (at > 0 && all[at - 1].name > name);
    if (directory.entries.map(again).reduce((sum, each) => sum + each) < 2) throw error;
    const files = await membersOf(bytes, directory).catch(() => {
      throw new Wrong("packed");
    });
    return files;
  }
}

/** The files of a copy: of its .zip file, or as they lay in the unpacked folder. */
async function filesOf(chosen) {
  const read = async (file) => new Uint8Array(await file.arrayBuffer());
  if (chosen.length === 1) return filesOfZip(await read(chosen[0]));
  const files = new Map();
  for (const file of [...chosen].sort((one, other) => (one.name < other.name ? -1 : 1))) {
    files.set(file.name, await read(file));
  }
  demand(FILES.some((name) => files.has(name)), "other");
  return files;
}

// Keys and checkpoint

function keysOf(text) {
  return text.split("\n").map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#")).map((line) => {
      const [name, id, ...rest] = line.split("+");
      const material = unbase64(rest.join("+"));
      return { name, id, kind: material[0], public: material.subarray(1), line };
    });
}

/** The keys that somebody pasted: whole lines, as a policy file has them. */
function givenKeys(text) {
  const keys = keysOf(text);
  const whole = ({ id, kind }) => /^[0-9a-f]{8}$/.test(id) && kind in KINDS;
  demand(keys.length > 0 && keys.every(whole), "not_keys");
  return keys;
}

/** The head that every key has signed, and which signatures this browser could check. */
async function headOf(note, keys) {
  const end = note.lastIndexOf("\n\n");
  demand(end > 0 && note.endsWith("\n"), "checkpoint");
  const text = note.slice(0, end + 1);
  const [origin, size, root, rest] = text.split("\n");
  demand(rest === "" && /^(?:0|[1-9][0-9]{0,15})$/.test(size), "checkpoint");
  const head = { origin, size: Number(size), root: unbase64(root) };
  const lines = note.slice(end + 2, -1).split("\n");
  demand(lines.length === keys.length && keys.length > 0 && head.root.length === 32, "checkpoint");
  const signatures = [];
  for (const [number, key] of keys.entries()) {
    const [dash, name, encoded, more] = lines[number].split(" ");
    demand(dash === "\u2014" && name === key.name && more === undefined, "checkpoint");
    demand(key.name === origin && key.kind in KINDS, "checkpoint");
    const value = unbase64(encoded);
    const made = await sha256(encoder.encode(`${key.name}\n`), byte(key.kind), key.public);
    demand(hex(made.subarray(0, 4)) === key.id && hex(value.subarray(0, 4)) === key.id,
      "checkpoint");
    const right = await signed(key, value.subarray(4), text, head);
    demand(right !== false, "checkpoint");
    signatures.push({ name: KINDS[key.kind], right });
  }
  return { ...head, signatures };
}

/** Whether a key signed the head; undefined: this browser does not know the algorithm. */
async function signed(key, value, text, head) {
  const name = KINDS[key.kind];
  let imported;
  try {
    const form = name === "Ed25519" ? "raw" : "raw-public";
    imported = await crypto.subtle.importKey(form, key.public, { name }, false, ["verify"]);
  } catch {
    return undefined;
  }
  if (name === "Ed25519") {
    return crypto.subtle.verify({ name }, imported, value, encoder.encode(text));
  }
  const cosigner = encoder.encode(key.name);
  const origin = encoder.encode(head.origin);
  const message = joined(encoder.encode("subtree/v1\n\0"), byte(cosigner.length), cosigner,
    value.subarray(0, 8), byte(origin.length), origin, u64(0), u64(head.size), head.root);
  return crypto.subtle.verify({ name }, imported, value.subarray(8), message);
}

// Records

/** RFC 9162, section 2.1.3.2. */
async function included(leaf, index, head, hashes) {
  let [at, last] = [index, head.size - 1];
  if (at > last) return false;
  let root = await sha256(byte(0), leaf);
  for (const hash of hashes) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      root = await sha256(byte(1), hash, root);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else {
      root = await sha256(byte(1), root, hash);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && equal(root, head.root);
}

function proofOf(line) {
  const [first, index, ...rest] = line.proof.split("\n");
  const [blank, end] = rest.splice(-2);
  demand(first === "c2sp.org/tlog-proof@v1" && blank === "" && end === "", "form");
  demand(index === `index ${line.archive_index}`, "form");
  const hashes = rest.map(unbase64);
  demand(hashes.every((hash) => hash.length === 32), "form");
  return hashes;
}

function parsed(text) {
  const line = JSON.parse(text);
  const names = Object.keys(line).sort().join();
  const forms = ["archive_index,leaf,proof", "archive_index,kept_sha256,leaf,proof,salt_s,shown",
    "archive_index,kept_sha256,leaf,proof,seen,shown_sha256"];
  demand(canonical(line) === text && forms.includes(names), "form");
  demand(Number.isSafeInteger(line.archive_index), "form");
  return line;
}

async function checked(line, head) {
  const index = line.archive_index;
  const { leaf } = line;
  demand(leaf !== null && leaf.kind === "record" && typeof leaf.stream === "string", "leaf", index);
  const hashes = formed("form", () => proofOf(line), index);
  demand(await included(encoder.encode(canonical(leaf)), index, head, hashes), "inclusion", index);
  const said = line.shown ?? line.seen;
  if (said === undefined) return;
  const [salt, stated, kept] = formed("form", () => [
    line.salt_s && unhex(line.salt_s, 32), line.shown_sha256 && unhex(line.shown_sha256, 32),
    unhex(line.kept_sha256, 32)], index);
  const shown = line.shown ? await sha256(salt, encoder.encode(canonical(said))) : stated;
  const pt = await sha256(encoder.encode("onrecord/pt/v1\0"), shown, kept);
  demand(hex(pt) === leaf.pt, "content", index);
  demand(REPEATED.every((name) => said[name] === leaf[name]), "content", index);
  demand(said.stream?.id === leaf.stream && said.actor?.id && said.payload, "content", index);
  await checkNotice(said, index);
}

/** A recording notice that was accepted is the one of the SHA-256 (notice_text.py). */
async function checkNotice({ type, payload: { title, text, notice } }, index) {
  if (type !== "notice.accepted" || (text ?? null) === null) return;
  demand(hex(await sha256(encoder.encode(`${title}\n${text}`))) === notice, "notice", index);
}

/** The archive's own record of the copy, which names all that is in it. */
async function madeOf(files, copy, head) {
  const line = formed("form", () => {
    const text = decoder.decode(files.get("copy-made.json"));
    demand(text.endsWith("\n"), "form");
    return parsed(text.slice(0, -1));
  });
  await checked(line, head);
  const { leaf, shown } = line;
  demand(shown !== undefined && leaf.stream === "identity" && leaf.type === "copy.made", "made");
  const named = hex(await sha256(encoder.encode(canonical(copy))));
  demand(shown.payload.copy === named && shown.payload.person === copy.person, "made");
  demand(copy.until <= line.archive_index, "made");
  return line;
}

/** SHA-256 of all lines without their proofs, in hex. */
async function digestOf(lines) {
  const held = lines.map(({ proof, ...rest }) => encoder.encode(`${canonical(rest)}\n`));
  return hex(await sha256(...held));
}

/** One conversation: every number there, chained, from each joining to each leaving. */
class Stream {
  constructor(person, extents) {
    this.person = person;
    this.extents = extents;
    this.numbers = extents.flatMap(({ first, last }) =>
      Array.from({ length: last - first + 1 }, (_, i) => first + i));
    this.count = this.numbers.length;
    this.at = 0;
    this.spans = [];
    this.messages = new Set();
    this.certain = true;
  }

  add(line) {
    const { leaf, archive_index: index } = line;
    demand(leaf.stream === this.extents[0].stream, "extent", index);
    demand(leaf.conv_seq === this.numbers[this.at], "extent", index);
    const { before } = this;
    demand(before?.conv_seq !== leaf.conv_seq - 1 || leaf.prev === before.pt, "extent", index);
    this.before = leaf;
    this.at += 1;
    if (leaf.type === "message.sent") this.messages.add(leaf.event_id);
    const said = line.shown ?? line.seen;
    if (said === undefined) this.certain &&= !MEMBERSHIP.includes(leaf.type);
    else {
      this.follow(leaf.conv_seq, said);
      demand(this.present || !OF_ONE_CLIENT.includes(leaf.type), "extent", index);
      demand(this.cutRightly(line, said), "extent", index);
    }
  }

  follow(number, { type, payload, actor }) {
    const mine = payload.person === this.person;
    const last = this.spans.at(-1);
    const from = () => {
      const first = payload.from_seq;
      demand(Number.isSafeInteger(first) && first >= 1 && first <= number, "extent");
      return first;
    };
    if (type === "conversation.created" && Array.isArray(payload.members)
        && payload.members.includes(this.person)) {
      this.spans.push([1, 0]);
    } else if (type === "member.added" && mine) this.spans.push([from(), 0]);
    else if (type === "history.shared" && mine && last) last[0] = Math.min(last[0], from());
    else if (type === "member.removed" && mine && last) last[1] = number;
    else if (type === "member.left" && actor.id === this.person && last) last[1] = number;
  }

  /** Whether the person was there at the last record; what is earlier, they were shown. */
  get present() {
    return this.spans.at(-1)?.[1] === 0;
  }

  /** What this person could not see is left out, and that alone. */
  cutRightly(line, { type, payload }) {
    const allowed = [];
    if (type === "message.edited" && !this.messages.has(payload.target)) {
      allowed.push([payload, ["target"]]);
    } else if (type === "reaction.changed" && !this.messages.has(payload.target)) {
      allowed.push([payload, []]);
    } else if (type === "message.sent") {
      const quoted = payload.reply_to?.conv_seq;
      if (payload.reply_to
          && !this.extents.some(({ first, last }) => first <= quoted && quoted <= last)) {
        allowed.push([payload.reply_to, ["event_id", "conv_seq"]]);
      }
      if (payload.forward && !this.present) allowed.push([payload.forward, ["at"]]);
    }
    const bare = allowed.every(([said, names]) =>
      Object.keys(said).every((name) => names.includes(name)));
    return bare && (line.seen === undefined || allowed.length > 0);
  }

  finish() {
    demand(this.at === this.numbers.length, "extent");
    if (!this.certain) return;
    const merged = [];
    for (const [first, left] of this.spans.sort((one, other) => one[0] - other[0])) {
      const last = left || this.extents.at(-1).last;
      const before = merged.at(-1);
      if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
      else merged.push([first, last]);
    }
    const claimed = this.extents.map(({ first, last }) => [first, last]);
    demand(canonical(merged) === canonical(claimed), "extent");
  }
}

function streamsOf(copy) {
  const streams = [];
  for (const extent of copy.extents) {
    const before = streams.at(-1)?.at(-1);
    demand(extent.first <= extent.last, "manifest");
    if (before?.stream === extent.stream) {
      demand(before.last + 1 < extent.first, "manifest");
      streams.at(-1).push(extent);
    } else {
      demand(before === undefined || before.stream < extent.stream, "manifest");
      streams.push([extent]);
    }
  }
  return streams.map((extents) => new Stream(copy.person, extents));
}

/** What a listed file is called in a copy: by its bytes, ending as its name does. */
function fileName({ name, sha256: hash }) {
  const end = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  return `file-${hash}${/^[a-z0-9]{1,8}$/.test(end) ? `.${end}` : ""}`;
}

/** Requires the manifest to be the one that follows from everything else. */
async function compareManifest(files, copy, head, lines) {
  const types = {};
  for (const { leaf } of lines) types[leaf.type] = (types[leaf.type] ?? 0) + 1;
  const listed = lines.flatMap((line) => ((line.shown ?? line.seen)?.files ?? [])
    .map((file) => ({ record: line.archive_index, ...file })));
  const nameOf = new Map();
  for (const file of listed) {
    if (!nameOf.has(file.sha256)) nameOf.set(file.sha256, fileName(file));
  }
  const hashOf = new Map([...nameOf].map(([hash, name]) => [name, hash]));
  const named = [];
  for (const name of [...files.keys()].filter((each) => each !== "manifest.json")) {
    const data = files.get(name);
    const hash = hex(await sha256(data));
    demand(FILES.includes(name) || hashOf.has(name), "files");
    demand(FILES.includes(name) || hashOf.get(name) === hash, "file");
    named.push({ name, size: data.length, sha256: hash });
  }
  const others = named.filter(({ name }) => hashOf.has(name)).map(({ sha256: hash }) => hash);
  demand(canonical(others.sort()) === canonical(copy.files), "made");
  const contained = (file) => files.has(nameOf.get(file.sha256));
  const { origin, size, root } = head;
  // What it claims, it claims in its own language; the page may be in another.
  demand(Object.hasOwn(words.claims, copy.language), "manifest");
  const claims = words.claims[copy.language];
  const made = ordered({
    format: FORMAT,
    copy,
    copy_sha256: hex(await sha256(encoder.encode(canonical(copy)))),
    checkpoint: { origin, size, root: hex(root) },
    records: {
      count: lines.length,
      files: listed.filter(contained)
        .map((file) => ({ ...file, file: nameOf.get(file.sha256) })),
      files_not_contained: listed.filter((file) => !contained(file)),
      types,
      withheld: lines.filter((line) => line.seen).length,
      without_content: lines.filter((line) => !(line.shown ?? line.seen)).length,
    },
    proves: claims.proves,
    does_not_prove: claims.does_not_prove,
    files: named,
  });
  const text = decoder.decode(files.get("manifest.json"));
  const stated = formed("manifest", () => new Map(
    JSON.parse(text).files.map(({ name, sha256: hash }) => [name, hash])));
  for (const { name, sha256: hash } of named) {
    demand(stated.get(name) === hash, "changed", undefined, name);
  }
  demand(`${JSON.stringify(made, null, 2)}\n` === text, "manifest");
  return made.records;
}

async function check(chosen, pasted, progress) {
  const files = await filesOf(chosen);
  complete(files);
  const read = (name, code) => formed(code, () => decoder.decode(files.get(name)));
  const policy = read("policy", "checkpoint");
  const keys = formed("checkpoint", () => keysOf(policy));
  if (pasted.trim() !== "") {
    const given = formed("not_keys", () => givenKeys(pasted));
    const lines = (each) => each.map(({ line }) => line).sort().join("\n");
    demand(lines(given) === lines(keys), "keys");
  }
  const note = read("checkpoint", "checkpoint");
  const head = await headOf(note, keys).catch((error) => {
    throw error instanceof Wrong ? error : new Wrong("checkpoint");
  });
  const copy = formed("manifest", () => JSON.parse(read("manifest.json", "manifest")).copy);
  const streams = formed("manifest", () => streamsOf(copy));
  const made = await madeOf(files, copy, head);
  const text = read("records.jsonl", "form");
  demand(text === "" || text.endsWith("\n"), "form");
  const lines = [];
  const waiting = text.split("\n").slice(0, -1).values();
  for (const stream of streams) {
    for (let i = 0; i < stream.count; i += 1) {
      const { value, done } = waiting.next();
      demand(!done, "extent");
      const line = formed("form", () => parsed(value));
      await checked(line, head);
      formed("content", () => stream.add(line), line.archive_index);
      lines.push(line);
      if (lines.length % 200 === 0) await progress(lines.length);
    }
    stream.finish();
  }
  demand(waiting.next().done, "extent");
  demand(await digestOf(lines) === copy.lines, "made");
  demand(lines.every((line) => line.archive_index < copy.until), "extent");
  const counts = await compareManifest(files, copy, head, lines);
  return { head, copy, made, lines, counts, policy, conversations: streams.length };
}

// The page

function element(name, text, ...children) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

function answer(kind, title, text) {
  const box = element("div", undefined, element("strong", title), text);
  box.className = `answer ${kind}`;
  return box;
}

function showWrong(error) {
  const other = words[`answer.${error.code}`];
  if (other !== undefined) return [answer("part", other, words[`answer.${error.code}.text`])];
  const reason = fill(words[`reason.${error.code}`], { name: error.name });
  const place = error.index === undefined ? "" : ` ${fill(words.at, { index: error.index })}.`;
  return [answer("bad", words.bad, `${fill(words.bad_text, { reason })}.${place}`)];
}

function facts(pairs) {
  return element("dl", undefined,
    ...pairs.flatMap(([name, value]) => [element("dt", name), element("dd", value)]));
}

function listed(title, sentences) {
  const items = sentences.map((sentence) => element("li", sentence));
  return [element("h2", title), element("ul", undefined, ...items)];
}

function showGood(found, pasted) {
  const { head, copy, made, lines, counts } = found;
  const some = head.signatures.some(({ right }) => right);
  const kind = some ? "good" : "part";
  const people = lines.map((line) => (line.shown ?? line.seen)?.actor)
    .filter((actor) => actor?.id === copy.person);
  const signatures = head.signatures.map(({ name, right }) =>
    [name, right ? words.signed : fill(words.unchecked, { name })]);
  const keys = pasted.trim() === ""
    ? [element("details", undefined, element("summary", words.keys_own),
      element("pre", found.policy))]
    : [element("p", words.keys_given)];
  return [
    answer(kind, words[kind], words[`${kind}_text`]),
    element("h2", words.signatures), facts(signatures), ...keys,
    element("h2", words.records),
    facts([
      [words.person, people.at(-1)?.name ?? copy.person],
      [words.made, moment(made.leaf.at)],
      [words.until, copy.until],
      [words.conversations, found.conversations],
      [words.records, counts.count],
      ...(counts.withheld > 0 ? [[words.withheld, counts.withheld]] : []),
      [words.without_content, counts.without_content],
      [words.log, head.origin],
      [words.size, head.size],
    ]),
    ...listed(words.proves_title, words.proves),
    ...listed(words.does_not_prove_title, [...words.does_not_prove, words.not_compared]),
    element("h2", words.said),
    element("p", words.turns),
    shownList(lines),
  ];
}

/** Unicode's Bidi_Control: unseen, and they turn the order of what stands beside them. */
const TURN = /([\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069])/;

/** What was written; in the place of each character that turns the order, its number in a frame. */
function visible(text) {
  return String(text).split(TURN).map((part, place) => {
    if (place % 2 === 0) return part;
    const code = part.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    const mark = element("span", `\u27e8U+${code}\u27e9`);
    mark.className = "u";
    mark.dir = "ltr";
    return mark;
  });
}

function shownList(lines) {
  const about = new Map();
  for (const { stream } of lines.map(({ leaf }) => leaf)) {
    if (!about.has(stream)) about.set(stream, known(lines.filter(({ leaf }) => leaf.stream === stream)));
  }
  const items = lines.map((line) => {
    const said = line.shown ?? line.seen;
    const time = element("time", moment(line.leaf.at));
    time.dateTime = line.leaf.at;
    const who = said === undefined ? [] : [" · ", element("bdi", undefined, ...visible(said.actor.name))];
    const head = element("span", undefined, `${line.leaf.conv_seq} · `, time, ...who);
    head.className = "soft";
    const told = saidBy(line, about.get(line.leaf.stream)).map((text) => {
      const part = element("p", undefined, ...visible(text));
      part.dir = "auto";
      return part;
    });
    return element("li", undefined, head, ...told);
  });
  const list = element("ol", undefined, ...items);
  list.className = "said";
  return list;
}

function field(kind, id, label, hint) {
  const input = element(kind);
  input.id = id;
  const named = element("label", label);
  named.htmlFor = id;
  if (hint === undefined) return [input, named, input];
  const told = element("p", hint);
  told.className = "soft";
  told.id = `${id}-hint`;
  input.setAttribute("aria-describedby", told.id);
  return [input, named, told, input];
}

function build() {
  const main = document.querySelector("main");
  const [file, ...fileParts] = field("input", "file", words.file);
  file.type = "file";
  file.multiple = true;
  const [keys, ...keyParts] = field("textarea", "keys", words.keys, words.keys_hint);
  const button = element("button", words.check);
  const result = element("section");
  result.setAttribute("aria-live", "polite");
  main.append(element("p", words.lead), ...fileParts, ...keyParts, button, result);
  if (globalThis.crypto?.subtle === undefined) {
    button.disabled = true;
    result.append(answer("bad", words.bad, words.no_crypto));
    return;
  }
  const progress = async (count) => {
    result.replaceChildren(element("p", fill(words.checking, { count })));
    await new Promise((resolve) => setTimeout(resolve));
  };
  button.addEventListener("click", async () => {
    if (file.files.length === 0) {
      result.replaceChildren(element("p", words.no_file));
      return;
    }
    button.disabled = true;
    await progress(0);
    try {
      const found = await check(file.files, keys.value, progress);
      result.replaceChildren(...showGood(found, keys.value));
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      result.replaceChildren(...showWrong(error));
    } finally {
      button.disabled = false;
    }
  });
}
