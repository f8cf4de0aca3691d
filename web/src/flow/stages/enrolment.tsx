// Setting up a second factor: an authenticator app by QR or by hand, recovery codes, a phone number or an
// address that a code is sent to.
import { useEffect, useMemo, useState } from "preact/hooks";

import { t } from "../../lib/i18n";
import { Alert, Button } from "../../ui/basic";
import { Copyable, Field, Input } from "../../ui/field";
import { errorsOf, type StageProps } from "../challenge";
import { StageForm } from "../form";
import { Qr } from "../qr";

function secretOf(address: string): string {
  try {
    return new URL(address).searchParams.get("secret") ?? "";
  } catch {
    return "";
  }
}

export function TotpEnrolment(props: StageProps) {
  const address = String(props.challenge["config_url"] ?? "");
  const secret = useMemo(() => secretOf(address), [address]);
  return (
    <StageForm {...props} action={t("Continue")} fields={["code"]} read={(form) => ({ code: String(form.get("code")).trim() })}>
      <p>{t("Scan this with your authenticator app, then enter the code that it shows.")}</p>
      <Qr text={address} label={t("QR code for your authenticator app")} />
      <p>{t("No camera? Type this secret into the app:")}</p>
      <Copyable text={secret} label={t("Secret")} />
      <Field id="code" label={t("Code")} required errors={errorsOf(props.challenge, "code")}>
        {(aria) => (
          <Input aria={aria} name="code" type="text" inputMode="numeric" autocomplete="one-time-code" required />
        )}
      </Field>
    </StageForm>
  );
}

export function StaticCodes(props: StageProps) {
  const codes = (props.challenge["codes"] ?? []) as string[];
  return (
    <StageForm {...props} action={t("I have stored them")} fields={[]} read={() => ({})}>
      <p>{t("Each of these codes signs you in once when your other devices are not at hand. Store them where only you can read them; they are shown now and never again.")}</p>
      <ol class="codes" aria-label={t("Recovery codes")}>
        {codes.map((one) => (
          <li key={one}>
            <code>{one}</code>
          </li>
        ))}
      </ol>
      <div class="two-buttons">
        <CopyAll text={codes.join("\n")} />
        <Button icon="print" onClick={() => window.print()}>
          {t("Print")}
        </Button>
      </div>
    </StageForm>
  );
}

function CopyAll({ text }: { text: string }) {
  const [done, setDone] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setDone(true);
    } catch {
      const list = document.querySelector(".codes");
      if (list) getSelection()?.selectAllChildren(list);
    }
  };
  return (
    <Button icon={done ? "check" : "copy"} onClick={copy}>
      {done ? t("Copied") : t("Copy")}
    </Button>
  );
}

// By e-mail or text message: first where to, then the code that came.
export function CodeBySender(props: StageProps) {
  const { challenge } = props;
  const phone = challenge.component === "ak-stage-authenticator-sms";
  const wanted = Boolean(challenge[phone ? "phone_number_required" : "email_required"]);
  const field = phone ? "phone_number" : "email";
  if (wanted) {
    return (
      <StageForm {...props} action={t("Send a code")} fields={[field]} read={(form) => ({ [field]: form.get(field) })}>
        <Field id={field} label={phone ? t("Phone number") : t("Email")} required errors={errorsOf(challenge, field)}>
          {(aria) => (
            <Input
              aria={aria}
              name={field}
              type={phone ? "tel" : "email"}
              autocomplete={phone ? "tel" : "email"}
              placeholder={phone ? "+49 151 2345678" : ""}
              required
            />
          )}
        </Field>
      </StageForm>
    );
  }
  return (
    <StageForm {...props} action={t("Continue")} fields={["code"]} read={(form) => ({ code: String(form.get("code")).trim() })}>
      <p>
        {challenge["email"]
          ? t("A code has been sent to {where}.", { where: String(challenge["email"]) })
          : t("A code has been sent to you.")}
      </p>
      <Field id="code" label={t("Code")} required errors={errorsOf(challenge, "code")}>
        {(aria) => <Input aria={aria} name="code" type="text" inputMode="numeric" autocomplete="one-time-code" required />}
      </Field>
    </StageForm>
  );
}

const kDuoPollMs = 5000;

export function DuoEnrolment(props: StageProps) {
  const { challenge, submit, busy } = props;
  const code = String(challenge["activation_code"] ?? "");
  useEffect(() => {
    const timer = setInterval(() => !busy && void submit({}), kDuoPollMs);
    return () => clearInterval(timer);
  }, [busy, submit]);
  return (
    <StageForm {...props} action={t("I have done it")} fields={[]} read={() => ({})}>
      <p>{t("Scan this with the Duo app, or open it on your phone.")}</p>
      {code ? <Qr text={code} label={t("QR code for the Duo app")} /> : <Alert kind="warning" title={t("Not available")} />}
      {code && <Copyable text={code} label={t("Address for the Duo app")} />}
    </StageForm>
  );
}
