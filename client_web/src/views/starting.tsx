/** Before it is known who is here; shows nothing for the first 300 ms. */
import { Mark } from "./parts/mark";
import s from "./starting.module.css";
import { useText } from "./text";

export function Starting() {
  const say = useText();
  return (
    <main className={s.page} aria-busy="true">
      <Mark size={56} />
      <h1 className="aside">OnRecord</h1>
      <p className="aside" role="status">
        {say("loading")}
      </p>
    </main>
  );
}
