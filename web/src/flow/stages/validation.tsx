// The second factor: one device is asked at once, of several one is chosen (the one used last leads).
// A user without a device may be asked to make one.
import { useState } from "preact/hooks";

import { t } from "../../lib/i18n";
import { Alert, Button } from "../../ui/basic";
import { Field, Input } from "../../ui/field";
import { Icon, type IconName } from "../../ui/icon";
import { errorsOf, otherErrors, type DeviceChallenge, type StageProps } from "../challenge";
import { PendingUser, StageForm } from "../form";
import { useCredential } from "../webauthn";
import { Ceremony } from "./webauthn-help";

interface Kind {
  icon: IconName;
  name: string;
  text: string;
}

function kindOf(deviceClass: string): Kind {
  switch (deviceClass) {
    case "totp":
      return { icon: "phone", name: t("Authenticator app"), text: t("Enter the code that your app shows.") };
    case "static":
      return { icon: "list", name: t("Recovery code"), text: t("Enter one of your recovery codes.") };
    case "webauthn":
      return { icon: "key", name: t("Security key or passkey"), text: t("Use your security key or passkey.") };
    case "duo":
      return { icon: "phone", name: t("Duo push"), text: t("Confirm the request on your phone.") };
    case "sms":
      return { icon: "phone", name: t("Text message"), text: t("A code is sent to your phone.") };
    case "email":
      return { icon: "mail", name: t("E-mail"), text: t("A code is sent to your e-mail address.") };
    default:
      return { icon: "key", name: deviceClass, text: "" };
  }
}

// Several devices of one class are one choice: codes are tried against all of them.
function choices(devices: DeviceChallenge[]): DeviceChallenge[] {
  const seen = new Set<string>();
  const sorted = [...devices].sort((a, b) => (b.last_used ?? "").localeCompare(a.last_used ?? ""));
  return sorted.filter((one) => {
    const sent = one.device_class === "sms" || one.device_class === "email" || one.device_class === "duo";
    const key = sent ? one.device_class + one.device_uid : one.device_class;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function CodeForm({ device, ...props }: StageProps & { device: DeviceChallenge }) {
  const kind = kindOf(device.device_class);
  const letters = device.device_class === "static";
  return (
    <StageForm {...props} action={t("Continue")} fields={["code"]} read={(form) => ({ code: String(form.get("code")).trim() })}>
      <p>{kind.text}</p>
      <Field id="code" label={t("Code")} required errors={errorsOf(props.challenge, "code")}>
        {(aria) => (
          <Input
            aria={aria}
            name="code"
            type="text"
            inputMode={letters ? "text" : "numeric"}
            autocomplete="one-time-code"
            autocapitalize="none"
            spellcheck={false}
            required
          />
        )}
      </Field>
    </StageForm>
  );
}

function Duo({ device, ...props }: StageProps & { device: DeviceChallenge }) {
  return (
    <StageForm {...props} action={t("Send the request")} fields={["duo"]} read={() => ({ duo: Number(device.device_uid) })}>
      <p>{kindOf("duo").text}</p>
      {errorsOf(props.challenge, "duo").map((one) => (
        <Alert key={one} kind="danger" title={t(one)} />
      ))}
    </StageForm>
  );
}

function Ask({ device, ...props }: StageProps & { device: DeviceChallenge }) {
  if (device.device_class === "duo") return <Duo device={device} {...props} />;
  if (device.device_class !== "webauthn") return <CodeForm device={device} {...props} />;
  const { challenge, busy, submit, embedded } = props;
  return (
    <div class="pf-v6-c-form">
      <PendingUser challenge={challenge} embedded={embedded ?? false} />
      <Ceremony
        busy={busy}
        waiting={kindOf("webauthn").text}
        errors={[...errorsOf(challenge, "webauthn"), ...otherErrors(challenge, ["webauthn"])]}
        run={async (signal) => {
          const webauthn = await useCredential(device.challenge, signal);
          await submit({ webauthn });
        }}
      />
    </div>
  );
}

function Enrolments(props: StageProps) {
  const stages = (props.challenge["configuration_stages"] ?? []) as { pk: string; name: string; verbose_name: string }[];
  return (
    <div class="pf-v6-c-form">
      <PendingUser challenge={props.challenge} embedded={props.embedded ?? false} />
      {stages.length === 0 ? (
        <Alert kind="warning" title={t("You have no device for this step. Ask your administrator.")} />
      ) : (
        <p>{t("This account needs a second factor. Choose one to set up:")}</p>
      )}
      {stages.map((one) => (
        <Button key={one.pk} block onClick={() => void props.submit({ selected_stage: one.pk })}>
          {t(one.verbose_name || one.name)}
        </Button>
      ))}
    </div>
  );
}

export function Validation(props: StageProps) {
  const devices = choices((props.challenge["device_challenges"] ?? []) as DeviceChallenge[]);
  const keyOf = (one: DeviceChallenge) => one.device_class + one.device_uid;
  const [chosen, setChosen] = useState<string | null>(null);
  if (devices.length === 0) return <Enrolments {...props} />;
  const used = devices.find((one) => one.last_used);
  const current = devices.find((one) => keyOf(one) === chosen) ?? (devices.length === 1 ? devices[0] : chosen === null ? used : undefined);
  const choose = (device: DeviceChallenge) => {
    setChosen(keyOf(device));
    if (device.device_class === "sms" || device.device_class === "email") {
      void props.submit({ selected_challenge: device });
    }
  };
  if (current) {
    return (
      <>
        <Ask key={keyOf(current)} device={current} {...props} />
        {devices.length > 1 && (
          <div class="flow-links">
            <Button kind="link" onClick={() => setChosen("")}>
              {t("Use another method")}
            </Button>
          </div>
        )}
      </>
    );
  }
  return (
    <div class="pf-v6-c-form">
      <PendingUser challenge={props.challenge} embedded={props.embedded ?? false} />
      <p>{t("Choose how to confirm that it is you:")}</p>
      <ul class="picker">
        {devices.map((one) => {
          const kind = kindOf(one.device_class);
          return (
            <li key={keyOf(one)}>
              <button type="button" class="picker-item" onClick={() => choose(one)}>
                <Icon name={kind.icon} />
                <span>
                  <strong>{kind.name}</strong>
                  <span>{kind.text}</span>
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
