/** A web address that somebody wrote, as a link. One that hides its host shows it before it opens. */
import { type ReactNode, useState } from "react";
import { useText } from "../text";
import { Button } from "./button";
import button from "./button.module.css";
import { Dialog } from "./dialog";
import s from "./web_link.module.css";

const HOW = { target: "_blank", rel: "noopener noreferrer nofollow" } as const;
const WRITTEN = /^https?:\/\/([^/?#]*)/iu;
const USUAL_PORT = /:(?:80|443)$/u;

/**
 * The host that an address leads to, where it is not what one reads in it, letter for letter: behind
 * a name and an @, in letters of another script, in punycode, as a number in another notation.
 * Undefined: one reads where it goes. The address is one that can be parsed.
 */
export function hiddenHost(address: string): string | undefined {
  // biome-ignore lint/style/noRestrictedGlobals: it reads a text and touches nothing
  const { host, hostname } = new URL(address);
  const written = WRITTEN.exec(address)?.[1]?.toLowerCase().replace(USUAL_PORT, "");
  const bare = host.replace(USUAL_PORT, "");
  const coded = hostname.split(".").some((label) => label.startsWith("xn--"));
  return written === bare && !coded ? undefined : host;
}

interface WebLinkProps {
  address: string;
  tabIndex?: number | undefined;
  children: ReactNode;
}

export function WebLink({ address, tabIndex, children }: WebLinkProps) {
  // biome-ignore lint/style/noRestrictedGlobals: it reads a text and touches nothing
  if (!URL.canParse(address)) return children;
  const host = hiddenHost(address);
  if (host !== undefined) {
    return (
      <Veiled address={address} host={host} tabIndex={tabIndex}>
        {children}
      </Veiled>
    );
  }
  return (
    <a href={address} {...HOW} dir="ltr" tabIndex={tabIndex}>
      {children}
    </a>
  );
}

/** No link itself: no click of any kind opens it unasked. */
function Veiled({ address, host, tabIndex, children }: WebLinkProps & { host: string }) {
  const [asked, setAsked] = useState(false);
  return (
    <>
      <button
        type="button"
        className={s.veiled}
        dir="ltr"
        title={host}
        tabIndex={tabIndex}
        onClick={() => setAsked(true)}
      >
        {children}
      </button>
      {asked ? <Asked address={address} host={host} onClose={() => setAsked(false)} /> : null}
    </>
  );
}

interface AskedProps {
  address: string;
  host: string;
  onClose(): void;
}

function Asked({ address, host, onClose }: AskedProps) {
  const say = useText();
  return (
    <Dialog
      title={say("link.title")}
      onClose={onClose}
      actions={
        <>
          <Button data-focus="" onClick={onClose}>
            {say("cancel")}
          </Button>
          <a
            className={button.button}
            data-look="primary"
            href={address}
            {...HOW}
            onClick={onClose}
          >
            {say("link.verb")}
          </a>
        </>
      }
    >
      <p>{say("link.text")}</p>
      <p className={s.host} dir="ltr">
        {host}
      </p>
    </Dialog>
  );
}
