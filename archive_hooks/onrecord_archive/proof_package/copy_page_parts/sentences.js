// What a record says, in a sentence of transcript.html's; a time in the zone of whoever reads.

const LANGUAGE = document.documentElement.lang;
const CLOCK = new Intl.DateTimeFormat(LANGUAGE === "en" ? "en-GB" : LANGUAGE, {
  day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit",
  timeZoneName: "short",
});

/** A record's time for a person; what is none as it stands. */
function moment(value) {
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? String(value) : CLOCK.format(at);
}

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));

/** Who is called what, and which record an event is; each as it was last said. */
function known(lines) {
  const names = new Map();
  const numbers = new Map();
  for (const line of lines) {
    const said = line.shown ?? line.seen;
    for (const { id, name } of [said?.actor, ...(said?.participants ?? [])].filter(Boolean)) {
      names.set(id, name);
    }
    numbers.set(line.leaf.event_id, line.leaf.conv_seq);
  }
  return { name: (id) => names.get(id) ?? id, number: (event) => numbers.get(event) };
}

function history({ history: kind, since }) {
  const { values } = words.sentences;
  return fill(Object.hasOwn(values, kind) ? values[kind] : kind, { since: moment(since) });
}

/** The sentence about a record that is here, or about one that is not. */
function aimed(about, here, elsewhere, target, values = {}) {
  const seq = about.number(target);
  return fill(words.sentences[seq === undefined ? elsewhere : here], { ...values, seq, target });
}

function category({ category: kind, about, words: own }) {
  const said = words.sentences.categories[kind];
  const known_ = own ?? (Object.values(said ?? {}).includes(about) ? said : undefined);
  return known_?.[LANGUAGE] ?? about;
}

/** By type: the sentence of labels that it takes, and what stands in it. */
const PLAIN = {
  "member.removed": (p, about) => ["taken_out", { person: about.name(p.person) }],
  "member.left": (p) => [p.ended ? "left_firm" : "left"],
  "title.changed": (p) => ["titled", p],
  "history.shared": (p, about) =>
    ["shared", { person: about.name(p.person), seq: p.from_seq, since: moment(p.since) }],
  "admin.changed": (p, about) => [p.on ? "admin" : "no_admin", { person: about.name(p.person) }],
  "posting.changed": (p) => [p.admins_only ? "admins_write" : "all_write"],
  "join_link.made": (p) => ["link", { until: moment(p.until), hash: p.hash }],
  "join_link.revoked": () => ["link_gone"],
  "group.pictured": (p) => [p.sha256 === undefined ? "picture_gone" : "pictured", p],
  "conversation.uncovered": (p, about) => ["uncovered", { former: about.name(p.former) }],
  "delegate.started": (p, about) => ["began", { person: about.name(p.person), seq: p.from_seq }],
  "delegate.ended": (p, about) => ["ended", { person: about.name(p.person) }],
  "device.added": (p) => ["device", p],
  "identity.withdrawn": (p, about) => ["withdrawn_word", { person: about.name(p.person) }],
  "identity.reset": (p, about) => ["reset", { person: about.name(p.person) }],
  "file.stored": () => ["stored"],
  "conversation.created": (p, about) => ["created", { people: p.members.map(about.name).join(", ") }],
  "member.added": (p, about) => [
    p.link ? "joined" : p.since ? "added_since" : "added",
    { person: about.name(p.person), seq: p.from_seq, link: p.link, since: moment(p.since) },
  ],
  "conversation.handed_over": (p, about) => [
    p.former ? "handed_over" : "taken_over",
    { former: about.name(p.former), successor: about.name(p.successor), seq: p.from_seq,
      how: history(p) },
  ],
  "delegate.added": (p, about) => [
    p.from_seq === undefined ? "will_stand_in" : "stands_in",
    { person: p.name || about.name(p.person), starts: moment(p.starts), ends: moment(p.ends),
      seq: p.from_seq, how: history(p) },
  ],
  "identity.confirmed": (p, about) =>
    ["confirmed", { person: about.name(p.person), how: value(p.how), until: moment(p.until) }],
};

const value = (word) => words.sentences.values[word] ?? word;

/** By type: all lines that it takes. */
const LONGER = {
  "message.sent": (p, about, said) => [
    p.reply_to && p.reply_to.actor !== undefined
      ? fill(words.sentences.reply, { seq: p.reply_to.conv_seq, person: about.name(p.reply_to.actor) })
      : undefined,
    p.text,
    ...(said.files ?? []).map(({ name }) => name),
  ],
  "message.edited": (p, about) => [aimed(about, "edited", "edited_elsewhere", p.target), p.text],
  "message.removed": (p, about) => [aimed(about, "removed", "removed_elsewhere", p.target)],
  "reaction.changed": (p, about) => [
    p.target === undefined || p.emoji === undefined ? words.sentences.reaction_unseen
      : fill(words.sentences[p.on ? "reaction_on" : "reaction_off"],
        { seq: about.number(p.target) ?? p.target, emoji: p.emoji }),
  ],
  "notice.accepted": (p, about) => [
    fill(words.sentences[p.accepted_at ? "accepted_earlier" : "accepted"],
      { ...p, person: about.name(p.person ?? ""), at: moment(p.accepted_at) }),
    p.text,
    p.text === undefined ? undefined
      : fill(words.sentences.accepted_text, { language: p.locale }),
  ],
  "group.described": (p) =>
    p.text === "" ? [words.sentences.description_gone] : [words.sentences.described, p.text],
  "assurance.changed": (p, about) => [
    fill(words.sentences.assurance, { person: about.name(p.person), proof: value(p.proof),
      at: moment(p.proved_at), until: moment(p.until) }),
    p.confirmed_until === undefined ? undefined
      : fill(words.sentences.assurance_word, { person: about.name(p.confirmed_by ?? ""),
        how: value(p.confirmed_how ?? ""), until: moment(p.confirmed_until) }),
  ],
  "complaint.filed": (p, about) => {
    const values = { reference: p.reference, about: category(p) };
    return [
      p.target === undefined ? fill(words.sentences.complaint, values)
        : aimed(about, "complaint_about", "complaint_elsewhere", p.target, values),
      p.reason,
      fill(words.sentences.complaint_due, { due: moment(p.due) }),
    ];
  },
  "complaint.closed": (p) => [
    fill(words.sentences[p.outcome === "answered" ? "answered" : "withdrawn"], p), p.note,
  ],
  "out_of_office.replied": (p, about) => [
    fill(words.sentences.replied,
      { seq: about.number(p.target) ?? p.target, reason: value(p.reason) }),
    p.until === undefined ? undefined
      : fill(words.sentences.replied_until, { until: moment(p.until) }),
    p.text,
  ],
  positions: (p, about) => p.changes.flatMap(({ person, read, delivered, played = [] }) => [
    ["marks_read", read], ["marks_delivered", delivered],
    ...played.map((number) => ["marks_played", number]),
  ].filter(([, number]) => number !== undefined).map(([name, number]) =>
    fill(words.sentences[name], { person: about.name(person), number }))),
};

/** What a record says, line by line; one of a type that is not known here as it stands. */
function saidBy(line, about) {
  const said = line.shown ?? line.seen;
  if (said === undefined) return [words.gone];
  const { type } = line.leaf;
  try {
    if (Object.hasOwn(LONGER, type)) {
      return LONGER[type](said.payload, about, said).filter(Boolean);
    }
    if (Object.hasOwn(PLAIN, type)) {
      const [name, values = {}] = PLAIN[type](said.payload, about);
      return [fill(words.sentences[name], values)];
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // of another form: as it stands
  }
  return [`${type} ${canonical(said.payload)}`];
}
