/** Above everything: the case and why, its parts, what is readable by whom, and oneself. */
import type { Console } from "../../view_models/console/console";
import type { Desk } from "../../view_models/console/desk";
import {
  ADMINISTRATION,
  type AdministrationPlace,
  COMPLIANCE,
  type CompliancePlace,
  type Place,
  placeOf,
  type Tab,
} from "../../view_models/console/place";
import type { Me } from "../../view_models/console/shown";
import type { Workbench } from "../../view_models/console/workbench";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Mark } from "../parts/mark";
import { useText } from "../text";
import s from "./bar.module.css";
import { LinkReports } from "./link_reports";
import { Settings } from "./settings";

interface BarProps {
  me: Me;
  desk: Desk;
  app: Console;
  bench?: Workbench;
  place?: Place;
  /** The screen that is shown, where there are several. */
  here?: CompliancePlace | AdministrationPlace;
}

const TABS: readonly Tab[] = ["work", "exports", "record"];

export function Bar({ me, desk, app, bench, place, here }: BarProps) {
  const say = useText();
  return (
    <>
      <header className={s.bar}>
        <Mark size={28} />
        <strong className={s.name}>{say("console.name")}</strong>
        {bench === undefined ? null : <CaseName bench={bench} />}
        {here === undefined ? null : (
          <Screens app={app} desk={desk} role={me.person.role} here={here} />
        )}
        {bench === undefined ? <span className={s.gap} /> : <Tabs bench={bench} place={place} />}
        <Settings />
        <bdi className={s.me}>{me.person.name}</bdi>
        <span className={s.own}>
          {me.password === undefined ? null : (
            <Button look="quiet" onClick={app.choosePassword}>
              {say("password.change")}
            </Button>
          )}
          <Button look="quiet" onClick={() => void app.signOut()}>
            {say("sign_out.open")}
          </Button>
        </span>
      </header>
      {bench === undefined ? <LinkReports desk={desk} /> : null}
    </>
  );
}

interface ScreensProps {
  app: Console;
  desk: Desk;
  role: string;
  here: CompliancePlace | AdministrationPlace;
}

function Screens({ app, desk, role, here }: ScreensProps) {
  const say = useText();
  const administers = role === "administrator";
  const screens = administers ? ADMINISTRATION : COMPLIANCE;
  return (
    <nav
      className={s.screens}
      aria-label={say(administers ? "console.screens.label" : "console.screens.compliance")}
    >
      {screens.map((kind) => (
        <button
          key={kind}
          type="button"
          className={s.tab}
          aria-current={kind === here ? "page" : undefined}
          onClick={() => app.go(placeOf(`#/${kind}`), true)}
        >
          {say(`console.screen.${kind}`)}
          {kind === "complaints" ? <Unread desk={desk} /> : null}
        </button>
      ))}
    </nav>
  );
}

function Unread({ desk }: { desk: Desk }) {
  const say = useText();
  const count = useObserved(desk.unread);
  if (count === 0) return null;
  return (
    <span className={s.unread}>
      <span aria-hidden="true">{count}</span>
      <span className="aside">{say("console.complaints.unread", { count })}</span>
    </span>
  );
}

function CaseName({ bench }: { bench: Workbench }) {
  const say = useText();
  const { opened } = useObserved(bench.record.state);
  return (
    <div className={s.case}>
      <Button look="quiet" onClick={bench.leave}>
        {say("console.cases.title")}
      </Button>
      <h1 className={s.id}>{say("console.case.of", { id: bench.id })}</h1>
      <p className={s.why} title={opened?.reason}>
        <bdi>{opened?.reason}</bdi>
      </p>
    </div>
  );
}

function Tabs({ bench, place }: { bench: Workbench; place: Place | undefined }) {
  const say = useText();
  const tab = place?.kind === "case" ? place.tab : "work";
  return (
    <nav className={s.tabs} aria-label={say("console.tabs.label")}>
      {TABS.map((each) => (
        <button
          key={each}
          type="button"
          className={s.tab}
          aria-current={each === tab ? "page" : undefined}
          onClick={() => bench.show(each)}
        >
          {say(`console.tab.${each}`)}
        </button>
      ))}
    </nav>
  );
}
