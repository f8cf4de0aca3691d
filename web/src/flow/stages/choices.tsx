// Steps that ask for a click and nothing else.
import { t } from "../../lib/i18n";
import { Button } from "../../ui/basic";
import type { StageProps } from "../challenge";
import { PendingUser, StageForm } from "../form";

// Whether this browser stays logged in.
export function StayLoggedIn({ challenge, busy, submit, embedded }: StageProps) {
  return (
    <div class="pf-v6-c-form">
      <PendingUser challenge={challenge} embedded={embedded ?? false} />
      <h2 class="pf-v6-c-title pf-m-lg">{t("Stay signed in?")}</h2>
      <p>{t("Choose Yes on a device of your own, to be asked less often.")}</p>
      <div class="pf-v6-c-form__group pf-m-action two-buttons">
        <Button kind="primary" busy={busy} onClick={() => void submit({ remember_me: true })}>
          {t("Yes")}
        </Button>
        <Button kind="secondary" busy={busy} onClick={() => void submit({ remember_me: false })}>
          {t("No")}
        </Button>
      </div>
    </div>
  );
}

export function Dummy(props: StageProps) {
  return (
    <StageForm {...props} action={t("Continue")} fields={[]} read={() => ({})}>
      <p>{String(props.challenge["name"] ?? "")}</p>
    </StageForm>
  );
}
