// A security key or passkey is made for this account.
import { t } from "../../lib/i18n";
import { errorsOf, otherErrors, type StageProps } from "../challenge";
import { PendingUser } from "../form";
import { makeCredential } from "../webauthn";
import { Ceremony } from "./webauthn-help";

export function WebauthnEnrolment({ challenge, busy, submit, embedded }: StageProps) {
  return (
    <div class="pf-v6-c-form">
      <PendingUser challenge={challenge} embedded={embedded ?? false} />
      <p>{t("Register a security key, or a passkey of this device.")}</p>
      <Ceremony
        busy={busy}
        waiting={t("Follow what your browser asks for.")}
        errors={[...errorsOf(challenge, "response"), ...otherErrors(challenge, ["response"])]}
        run={async (signal) => {
          const response = await makeCredential(challenge["registration"], signal);
          await submit({ response });
        }}
      />
      <div class="flow-links">
        <a href={challenge.flow_info?.cancel_url ?? "/"}>{t("Cancel")}</a>
      </div>
    </div>
  );
}
