// The password. The name stands in a hidden field beside it, so that password managers know whose it is.
import { t } from "../../lib/i18n";
import { Field, PasswordInput } from "../../ui/field";
import { errorsOf, type StageProps } from "../challenge";
import { StageForm } from "../form";

export function Password(props: StageProps) {
  const { challenge } = props;
  const recovery = challenge["recovery_url"] as string | undefined;
  return (
    <StageForm
      {...props}
      action={t("Continue")}
      fields={["password"]}
      read={(form) => ({ password: form.get("password") })}
      more={
        recovery && (
          <div class="flow-links">
            <a href={recovery}>{t("Forgot password?")}</a>
          </div>
        )
      }
    >
      <input
        class="for-password-managers"
        type="text"
        name="username"
        autocomplete="username"
        value={challenge.pending_user ?? ""}
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
      <Field id="password" label={t("Password")} required errors={errorsOf(challenge, "password")}>
        {(aria) => (
          <PasswordInput
            aria={aria}
            name="password"
            autocomplete="current-password"
            required
            reveal={challenge["allow_show_password"] !== false}
          />
        )}
      </Field>
    </StageForm>
  );
}
