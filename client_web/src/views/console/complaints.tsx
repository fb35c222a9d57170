/** Every complaint, the overdue ones first: who, about what, until when; reading one takes a case. */
import type { ComplaintList } from "../../view_models/console/complaints";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { useText, useTroubleText } from "../text";
import { ComplaintFilters } from "./complaint_filters";
import { ComplaintTable } from "./complaint_table";
import s from "./console.module.css";

export function Complaints({ model }: { model: ComplaintList }) {
  const say = useText();
  const words = useTroubleText();
  const state = useObserved(model.state);
  const { complaints, categories, zone, open, overdue, more, busy, trouble } = state;
  return (
    <main className={s.wide}>
      <h1 className={s.title}>{say("console.complaints.title")}</h1>
      <p className={s.soft}>{say("console.complaints.lead")}</p>
      <ComplaintFilters model={model} />
      <p role="status" className={s.label}>
        {complaints === undefined
          ? trouble === undefined && say("loading")
          : say("console.complaints.figures", { open, overdue })}
      </p>
      {trouble === undefined ? null : <Problem text={words(trouble)} />}
      {complaints === undefined ? null : (
        <ComplaintTable
          complaints={complaints}
          categories={categories}
          zone={zone}
          desk={model.desk}
          onOpen={model.open}
        />
      )}
      {more ? (
        <Button busy={busy} onClick={() => void model.loadMore()}>
          {say("console.more")}
        </Button>
      ) : null}
    </main>
  );
}
