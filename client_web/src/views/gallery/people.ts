/** The people of the gallery. */
import type { PersonView } from "../../view_models/people";

/** Of the gallery's day (rows.ts). */
const NOON = Date.parse("2026-11-24T12:00:00Z");

function day(from: number): string {
  return new Date(NOON + from * 86_400_000).toISOString();
}

function person(id: string, name: string, more: Partial<PersonView> = {}): PersonView {
  return {
    id,
    name,
    me: false,
    outside: false,
    org: "Harbour Bank",
    kind: "employee",
    online: false,
    active: true,
    ...more,
  };
}

export const me = person("p-me", "Anna Kowalska", {
  me: true,
  online: true,
  title: "Relationship manager",
  status: { text: "In Frankfurt this week" },
});
export const piotr = person("p-piotr", "Piotr Zieliński", {
  online: true,
  title: "Credit analyst",
  status: { quiet: true, text: "Committee until three" },
});
export const maria = person("p-maria", "María José Fernández-Ortega", { title: "Advisor" });
export const client = person("p-client", "Halina Brzeska", {
  outside: true,
  org: "Brzeska Logistics",
  kind: "client",
  online: true,
  assurance: {
    proof: "code",
    provedAt: day(-1),
    until: day(89),
    confirmed: { until: day(80), how: "video", by: "Anna Kowalska" },
  },
});
export const longName = person(
  "p-long",
  "Aleksandra Konstancja Wiśniewska-Brzęczyszczykiewicz Nowa",
  {
    title: "Senior vice president, corporate treasury services",
  },
);
export const longClient = person(
  "p-longclient",
  "Maximilian-Alexander von und zu Hohenstein-Wittelsbach Junior",
  {
    outside: true,
    org: "Hohenstein & Wittelsbach Vermögensverwaltung GmbH",
    kind: "client",
    assurance: { proof: "passkey", provedAt: day(-120), until: day(-30) },
  },
);
export const amal = person("p-amal", "أمل حداد", { title: "Trade finance" });
export const noa = person("p-noa", "נועה לוי", { title: "Credit committee" });
export const gone = person("p-gone", "Tomasz Lis", { active: false });

const FIRST = ["Jan", "Ewa", "Olga", "Liam", "Noor", "Zofia", "Emma", "Adam", "Iwona", "Karol"];
const LAST = [
  "Nowak",
  "Wójcik",
  "Smith",
  "Kamińska",
  "Okafor",
  "Lewandowski",
  "Dąbrowska",
  "Mazur",
];

/** As many further people as wanted, every ninth a client. */
export function crowd(count: number): PersonView[] {
  return Array.from({ length: count }, (_, i) => {
    const name = `${FIRST[(i * 7) % FIRST.length]} ${LAST[(i * 3) % LAST.length]}`;
    const outside = i % 9 === 4;
    return person(`p-${i}`, name, {
      online: i % 4 === 0,
      outside,
      org: outside ? `${LAST[(i * 5) % LAST.length]} & Partners` : "Harbour Bank",
      kind: outside ? "client" : "employee",
      title: outside ? undefined : ["Advisor", "Analyst", "Back office"][i % 3],
    });
  });
}
