/** Where the account comes from that a request is about: an approver must know whose it is. */
import { isolated } from "../../view_models/bidi";
import { askersPart, type Line, provenanceLines } from "../../view_models/console/provenance";
import type { ApprovalRequest } from "../../view_models/console/shown";
import { Warning } from "../parts/warning";
import { useFormat, useText } from "../text";
import s from "./provenance.module.css";

const PARTS = ["added", "link", "first"] as const;

export function Provenance({ request }: { request: ApprovalRequest }) {
  const say = useText();
  const lines = provenanceLines(request);
  const part = askersPart(request);
  if (lines.length === 0) return null;
  return (
    <>
      <dl className={s.provenance}>
        {PARTS.map((name) => (
          <Group key={name} name={name} lines={lines.filter((line) => line.part === name)} />
        ))}
      </dl>
      {part === undefined ? null : <Warning text={say(`console.provenance.asker_${part}`)} />}
    </>
  );
}

function Group({ name, lines }: { name: Line["part"]; lines: readonly Line[] }) {
  const say = useText();
  const sentence = useSentence();
  if (lines.length === 0) return null;
  return (
    <>
      <dt>{say(`console.provenance.${name}`)}</dt>
      {lines.map((line) => (
        <dd key={sentence(line)}>{sentence(line)}</dd>
      ))}
    </>
  );
}

function useSentence(): (line: Line) => string {
  const say = useText();
  const format = useFormat();
  return (line) => {
    if ("signIn" in line) {
      const { at, auth, device, address } = line.signIn;
      const how = say(`console.sessions.auth.${auth}`);
      return [format.moment(at), how, isolated(device), address].filter(Boolean).join(" · ");
    }
    if (!("step" in line)) return say(`console.provenance.${line.said}`);
    const { at, by = "", asked_by = "" } = line.step;
    return say(`console.provenance.${line.said}`, { by, asked_by, at: format.moment(at) });
  };
}
