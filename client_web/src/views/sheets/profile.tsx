/** One person: who they are, when they are there, and the way to write to them. */
import type { PersonHours, ProfileModel } from "../../view_models/directory";
import type { PersonView } from "../../view_models/people";
import { positionTexts } from "../../view_models/position";
import { useObserved } from "../observed";
import { AssuranceTag } from "../parts/assurance_tag";
import { Avatar } from "../parts/avatar";
import { Button } from "../parts/button";
import { ClientTag } from "../parts/client_tag";
import { Problem } from "../parts/field";
import { Sheet, SheetPart } from "../parts/sheet";
import { StatusLine } from "../parts/status_line";
import { timeIn } from "../parts/zone_time";
import { usePreferences } from "../preferences_context";
import { useFormat, useText, useTroubleText } from "../text";
import s from "./directory.module.css";

interface ProfileSheetProps {
  model: ProfileModel;
  now: number;
  onWrite(): void;
  onClose(): void;
}

export function ProfileSheet({ model, now, onWrite, onClose }: ProfileSheetProps) {
  const say = useText();
  const words = useTroubleText();
  const { person, hours, loading, trouble, mayWrite } = useObserved(model.state);
  return (
    <Sheet title={say("profile.title")} onClose={onClose}>
      <Who person={person} now={now} />
      {mayWrite ? (
        <div className={s.face}>
          <Button look="primary" icon="compose" onClick={onWrite}>
            {say("profile.write")}
          </Button>
        </div>
      ) : null}
      {loading ? (
        <p className="aside" role="status">
          {say("loading")}
        </p>
      ) : null}
      {trouble === undefined ? null : (
        <div className={s.face}>
          <Problem text={words(trouble)} />
          <Button onClick={() => model.refresh()}>{say("message.retry")}</Button>
        </div>
      )}
      {hours === undefined ? null : <Hours hours={hours} now={now} />}
    </Sheet>
  );
}

function Who({ person, now }: { person: PersonView; now: number }) {
  const say = useText();
  const about = [...positionTexts(person), person.org].filter(
    (each) => each !== "" && each !== person.name,
  );
  return (
    <div className={s.face}>
      <Avatar
        id={person.id}
        name={person.name}
        picture={person.picture}
        outside={person.outside}
        online={person.online}
        size="l"
      />
      <h3 className={s.name}>
        <bdi>{person.name}</bdi>
      </h3>
      {person.outside ? <ClientTag /> : null}
      <StatusLine person={person} look="whole" />
      {about.map((each) => (
        <bdi key={each} className={s.soft}>
          {each}
        </bdi>
      ))}
      {person.assurance === undefined ? null : (
        <AssuranceTag assurance={person.assurance} now={now} />
      )}
      {person.active ? (
        person.online && (
          <span className={s.soft}>
            {say(person.online === "away" ? "presence.away" : "presence.online")}
          </span>
        )
      ) : (
        <span className={s.soft}>{say("presence.ended")}</span>
      )}
    </div>
  );
}

function Hours({ hours, now }: { hours: PersonHours; now: number }) {
  const say = useText();
  const format = useFormat();
  const { language } = usePreferences();
  const { there, zone, lines, awayUntil } = hours;
  const time = zone === undefined ? undefined : timeIn(zone, now, language);
  return (
    <SheetPart title={say("profile.hours")}>
      <div className={s.hours}>
        {awayUntil !== undefined ? (
          <p>{say("profile.away", { until: format.edge(awayUntil) })}</p>
        ) : (
          <p>{say(there ? "profile.there" : "profile.not_there")}</p>
        )}
        {time === undefined || zone === undefined ? null : (
          <p className={s.soft}>{say("profile.zone", { time, zone })}</p>
        )}
        {lines === undefined ? (
          <p className={s.soft}>{say("profile.no_hours")}</p>
        ) : (
          <dl className={s.week}>
            {lines.map((line, day) => (
              <div key={format.weekdayName(day)}>
                <dt>{format.weekdayName(day)}</dt>
                <dd>{line === "" ? say("profile.closed") : line.replaceAll("-", "–")}</dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    </SheetPart>
  );
}
