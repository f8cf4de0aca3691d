// WebAuthn between the server's JSON (base64url) and the browser's objects. What the browser cannot do
// is said before it is tried.

type Json = Record<string, any>;

export function octets(text: string): ArrayBuffer {
  const plain = text.replace(/-/g, "+").replace(/_/g, "/").replace(/=+$/, "");
  const binary = atob(plain + "=".repeat((4 - (plain.length % 4)) % 4));
  return Uint8Array.from(binary, (c) => c.charCodeAt(0)).buffer;
}

export function base64url(buffer: ArrayBuffer): string {
  let binary = "";
  for (const octet of new Uint8Array(buffer)) binary += String.fromCharCode(octet);
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

// Why it cannot work here; "" = it can.
export function obstacle(): "" | "insecure" | "unsupported" {
  if (!window.isSecureContext) return "insecure";
  return typeof PublicKeyCredential === "undefined" ? "unsupported" : "";
}

function descriptors(list: Json[] | undefined): PublicKeyCredentialDescriptor[] {
  return (list ?? []).map((one) => ({
    id: octets(one["id"]),
    type: "public-key",
    ...(one["transports"] ? { transports: one["transports"] } : {}),
  }));
}

export async function makeCredential(registration: Json, signal: AbortSignal): Promise<Json> {
  const options = {
    ...registration,
    challenge: octets(registration["challenge"]),
    user: { ...registration["user"], id: octets(registration["user"]["id"]) },
    excludeCredentials: descriptors(registration["excludeCredentials"]),
  } as PublicKeyCredentialCreationOptions;
  const made = (await navigator.credentials.create({ publicKey: options, signal })) as PublicKeyCredential | null;
  if (!made) throw new DOMException("none", "NotAllowedError");
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    id: made.id,
    rawId: base64url(made.rawId),
    type: made.type,
    registrationClientExtensions: JSON.stringify(made.getClientExtensionResults()),
    response: {
      clientDataJSON: base64url(response.clientDataJSON),
      attestationObject: base64url(response.attestationObject),
    },
  };
}

async function assertion(challenge: Json, more: CredentialRequestOptions): Promise<Json | null> {
  const options = {
    ...challenge,
    challenge: octets(challenge["challenge"]),
    allowCredentials: descriptors(challenge["allowCredentials"]),
  } as PublicKeyCredentialRequestOptions;
  const found = (await navigator.credentials.get({ publicKey: options, ...more })) as PublicKeyCredential | null;
  if (!found) return null;
  const response = found.response as AuthenticatorAssertionResponse;
  return {
    id: found.id,
    rawId: base64url(found.rawId),
    type: found.type,
    assertionClientExtensions: JSON.stringify(found.getClientExtensionResults()),
    response: {
      clientDataJSON: base64url(response.clientDataJSON),
      authenticatorData: base64url(response.authenticatorData),
      signature: base64url(response.signature),
      userHandle: response.userHandle ? base64url(response.userHandle) : null,
    },
  };
}

export async function useCredential(challenge: Json, signal: AbortSignal): Promise<Json> {
  const found = await assertion(challenge, { signal });
  if (!found) throw new DOMException("none", "NotAllowedError");
  return found;
}

// Offered by the browser in the name's field; waits until somebody takes one.
export async function askForPasskey(challenge: Json, signal: AbortSignal): Promise<Json | null> {
  if (obstacle()) return null;
  const can = await PublicKeyCredential.isConditionalMediationAvailable?.();
  if (!can || signal.aborted) return null;
  return assertion(challenge, { mediation: "conditional", signal });
}
