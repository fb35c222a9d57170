/** What narrows the list of complaints down; the address says it, so that it can be sent. */
import { useState } from "react";
import type { ComplaintList } from "../../view_models/console/complaints";
import { picked } from "../../view_models/console/picker";
import { COMPLAINT_STATES, complaintStateOf } from "../../view_models/console/place";
import { useObserved } from "../observed";
import { Field } from "../parts/field";
import { usePreferences } from "../preferences_context";
import { useText } from "../text";
import { ChoiceField } from "./choice_field";
import s from "./complaints.module.css";
import { SelectField } from "./select_field";

export function ComplaintFilters({ model }: { model: ComplaintList }) {
  const say = useText();
  const { language } = usePreferences();
  const { fields, categories } = useObserved(model.state);
  const { people } = useObserved(model.desk.names);
  const [query, setQuery] = useState("");
  return (
    <form
      className={s.filters}
      aria-label={say("console.complaints.narrow")}
      onSubmit={(event) => event.preventDefault()}
    >
      <SelectField
        label={say("console.complaints.state")}
        value={fields.state}
        options={COMPLAINT_STATES.map((state) => ({
          value: state,
          label: say(`console.complaints.state.${state}`),
        }))}
        onChange={(state) => model.narrow({ state: complaintStateOf(state) })}
      />
      <ChoiceField
        label={say("console.complaints.person")}
        any={say("console.query.anybody")}
        chosen={fields.person === "" ? "" : model.desk.nameOf(fields.person)}
        query={query}
        {...picked(query, people)}
        onQuery={setQuery}
        onChoose={(person) => model.narrow({ person })}
      />
      <SelectField
        label={say("console.complaints.category")}
        value={fields.category}
        options={[
          { value: "", label: say("console.complaints.any") },
          ...categories.map(({ category, words }) => ({
            value: category,
            label: words[language] ?? Object.values(words)[0] ?? category,
          })),
        ]}
        onChange={(category) => model.narrow({ category })}
      />
      <Field
        type="search"
        label={say("console.complaints.reference")}
        value={fields.reference}
        maxLength={20}
        pattern="[0-9A-Za-z\-]*"
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => model.narrow({ reference: event.target.value })}
      />
    </form>
  );
}
