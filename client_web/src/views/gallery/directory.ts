/** The gallery's directory and profiles. */
import type { ProfileState } from "../../view_models/directory";
import { USUAL_DAYS } from "../../view_models/hours";
import type { Later } from "../../view_models/later";
import { Observed } from "../../view_models/observable";
import type { OwnStatusState } from "../../view_models/own_status";
import type { PersonView } from "../../view_models/people";
import { matches } from "../../view_models/words";
import { client, crowd, longName, maria, me, piotr } from "./people";

const BRANCHES = ["Warsaw, Marszałkowska 12", "Kraków", "Gdańsk"];

const EVERYBODY = [me, piotr, maria, longName, ...crowd(500)];

export function directory(all = EVERYBODY): Pick<Later, "directory" | "profile" | "status"> {
  const people = all
    .filter(({ outside }) => !outside)
    .map((person, index) => ({ ...person, branch: BRANCHES[index % BRANCHES.length] }));
  return {
    directory: () => {
      const state = new Observed({ query: "", people: people as readonly PersonView[] });
      const search = (query: string) => {
        const fitting = people.filter(({ name, title = "", branch = "" }) =>
          matches(query, [name, title, branch]),
        );
        state.set({ query, people: fitting });
      };
      return { state, search, close() {} };
    },
    status: () => ({ state: new Observed<OwnStatusState>({ busy: false }), keep: async () => {} }),
    profile: (id) => {
      const person = [...people, client].find((each) => each.id === id) ?? piotr;
      return { state: new Observed<ProfileState>(stateOf(person)), refresh() {}, close() {} };
    },
  };
}

function stateOf(person: PersonView): ProfileState {
  const state = { person, loading: false, mayWrite: !person.me };
  if (person.outside) return state;
  const away = person.id === maria.id ? { awayUntil: "2026-12-07T08:00:00Z" } : {};
  return {
    ...state,
    hours: { there: false, zone: "Asia/Singapore", lines: USUAL_DAYS, ...away },
  };
}
