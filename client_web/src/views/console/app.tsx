/** Whichever screen of the console it is. */
import type { Console } from "../../view_models/console/console";
import type { SignInModel } from "../../view_models/sign_in";
import { Told } from "../notice/told";
import { useObserved } from "../observed";
import { ChooseFirstPassword } from "../sign_in/first_password";
import { RoleCode } from "../sign_in/role_code";
import { SignIn } from "../sign_in/sign_in";
import { Switching } from "../sign_in/switching";
import { Starting } from "../starting";
import { Accounts } from "./accounts";
import { Bar } from "./bar";
import { Cases } from "./cases";
import { Complaints } from "./complaints";
import { ConfirmLogin } from "./confirm_login";
import s from "./console.module.css";
import { DestinationsScreen } from "./destinations";
import { FirmScreen } from "./firm";
import { HoursScreen } from "./hours";
import { ImportScreen } from "./import_people";
import { NoticesScreen } from "./notices";
import { PasswordScreen } from "./password_screen";
import { Reports } from "./reports";
import { Streams } from "./streams";
import { CaseScreen } from "./workbench";

export function ConsoleApp({ app }: { app: Console }) {
  const screen = useObserved(app.screen);
  switch (screen.kind) {
    case "starting":
      return <Starting />;
    case "sign_in":
      return <SignInScreen model={screen.model} />;
    case "switch":
      return <Switching model={screen.model} />;
    case "told":
      return <Told model={screen.model} />;
    case "first_password":
      return <ChooseFirstPassword model={screen.model} />;
    case "role":
      return <RoleCode model={screen.model} />;
    case "password":
      return (
        <div className={s.page}>
          <Bar me={screen.me} desk={screen.desk} app={app} />
          <PasswordScreen model={screen.model} app={app} />
        </div>
      );
    case "cases":
      return (
        <div className={s.page}>
          <Bar me={screen.me} desk={screen.desk} app={app} here={screen.kind} />
          <Cases model={screen.model} goOn={screen.goOn} app={app} />
        </div>
      );
    case "complaints":
      return (
        <div className={s.page}>
          <Bar me={screen.me} desk={screen.desk} app={app} here={screen.kind} />
          <Complaints model={screen.model} />
        </div>
      );
    case "reports":
      return (
        <div className={s.page}>
          <Bar me={screen.me} desk={screen.desk} app={app} here={screen.kind} />
          <Reports model={screen.model} />
        </div>
      );
    case "destinations":
      return (
        <div className={s.page}>
          <Bar me={screen.me} desk={screen.desk} app={app} here={screen.kind} />
          <DestinationsScreen model={screen.model} />
        </div>
      );
    case "people":
      return (
        <div className={s.page}>
          <Bar me={screen.me} desk={screen.desk} app={app} here={screen.kind} />
          <Accounts model={screen.model} app={app} />
        </div>
      );
    case "import":
      return (
        <div className={s.page}>
          <Bar me={screen.me} desk={screen.desk} app={app} here={screen.kind} />
          <ImportScreen model={screen.model} />
        </div>
      );
    case "notices":
      return (
        <div className={s.page}>
          <Bar me={screen.me} desk={screen.desk} app={app} here={screen.kind} />
          <NoticesScreen model={screen.model} />
        </div>
      );
    case "firm":
      return (
        <div className={s.page}>
          <Bar me={screen.me} desk={screen.desk} app={app} here={screen.kind} />
          <FirmScreen model={screen.model} />
        </div>
      );
    case "hours":
      return (
        <div className={s.page}>
          <Bar me={screen.me} desk={screen.desk} app={app} here={screen.kind} />
          <HoursScreen model={screen.model} />
        </div>
      );
    case "streams":
      return (
        <div className={s.page}>
          <Bar me={screen.me} desk={screen.desk} app={app} />
          <Streams model={screen.model} app={app} />
        </div>
      );
    case "login":
      return (
        <div className={s.page}>
          <Bar me={screen.me} desk={screen.desk} app={app} />
          <ConfirmLogin model={screen.model} app={app} />
        </div>
      );
    case "case":
      return (
        <div className={s.page}>
          <Bar
            me={screen.me}
            desk={screen.desk}
            app={app}
            bench={screen.model}
            place={screen.place}
          />
          <CaseScreen key={screen.model.id} bench={screen.model} place={screen.place} app={app} />
        </div>
      );
  }
}

function SignInScreen({ model }: { model: SignInModel }) {
  const state = useObserved(model.state);
  return (
    <SignIn
      state={state}
      onReport={() => void model.report?.()}
      onGoOn={() => void model.goOn?.()}
      onSubmit={(name, password) => void model.submit(name, password)}
    />
  );
}
