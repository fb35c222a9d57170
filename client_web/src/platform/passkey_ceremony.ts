/** Making and using passkeys as browsers do (WebAuthn): bytes in and out as base64url. */
import { NoPasskey } from "../session/failures";
import type * as wire from "../wire/types.gen";

export async function make(wish: wire.PasskeyWish) {
  const { rp_id, rp_name, user, user_name, expires_in } = wish;
  const made = await asked(() =>
    navigator.credentials.create({
      publicKey: {
        challenge: bytes(wish.challenge),
        rp: { id: rp_id, name: rp_name },
        user: { id: bytes(user), name: user_name, displayName: user_name },
        pubKeyCredParams: wish.algorithms.map((alg) => ({ type: "public-key", alg })),
        excludeCredentials: wish.known.map((id) => ({ type: "public-key", id: bytes(id) })),
        authenticatorSelection: { residentKey: "required", userVerification: "required" },
        attestation: "none",
        timeout: expires_in * 1_000,
      },
    }),
  );
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    client_data: text(response.clientDataJSON),
    attestation: text(response.attestationObject),
  };
}

export async function use(question: wire.PasskeyQuestion | wire.UnlockQuestion) {
  const { challenge, rp_id, expires_in } = question;
  const theirs = "known" in question ? question : undefined;
  const allow = theirs?.known.map((id) => ({ type: "public-key" as const, id: bytes(id) }));
  const used = await asked(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: bytes(challenge),
        rpId: rp_id,
        ...(allow === undefined ? {} : { allowCredentials: allow }),
        userVerification: "required",
        timeout: expires_in * 1_000,
      },
    }),
  );
  const response = used.response as AuthenticatorAssertionResponse;
  // One that was asked for by name need not say whose it is.
  const user = response.userHandle === null ? theirs?.user : text(response.userHandle);
  if (user === undefined) throw new NoPasskey("passkey_failed");
  return {
    id: text(used.rawId),
    client_data: text(response.clientDataJSON),
    authenticator_data: text(response.authenticatorData),
    signature: text(response.signature),
    user,
  };
}

async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const credential = await ask();
    if (credential instanceof PublicKeyCredential) return credential;
    throw new NoPasskey("passkey_failed");
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    throw new NoPasskey(CODES[error.name] ?? "passkey_failed", { cause: error });
  }
}

/** Browsers tell a refusal, a time-out and "none here" alike, so that no page learns which it was. */
const CODES: Readonly<Record<string, NoPasskey["code"]>> = {
  NotAllowedError: "passkey_cancelled",
  AbortError: "passkey_cancelled",
  InvalidStateError: "passkey_known",
};

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function text(buffer: ArrayBuffer): string {
  const binary = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
