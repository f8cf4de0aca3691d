// Who is it? A name or an address (with the password, where the stage wants both), a passkey that the
// browser offers by itself, other ways in, links to recovery and enrolment.
import { useEffect } from "preact/hooks";

import { t } from "../../lib/i18n";
import { Button } from "../../ui/basic";
import { Field, Input, PasswordInput } from "../../ui/field";
import { errorsOf, type Source, type StageProps } from "../challenge";
import { follow } from "../executor";
import { StageForm } from "../form";
import { askForPasskey } from "../webauthn";
import { CaptchaBox } from "./captcha";
import { useState } from "preact/hooks";

function label(fields: string[] | null | undefined): string {
  const has = (name: string) => (fields ?? []).includes(name);
  if (has("username") && has("email")) return t("Email or username");
  if (has("email")) return t("Email");
  if (has("upn") && !has("username")) return t("UPN");
  return t("Username");
}

function Sources({ sources, labels }: { sources: Source[]; labels: boolean }) {
  if (sources.length === 0) return null;
  return (
    <div class="sources">
      <p class="divider">
        <span>{t("Or sign in with")}</span>
      </p>
      {sources.map((one) => (
        <Button
          key={one.name}
          block
          kind={one.promoted ? "primary" : "secondary"}
          label={t("Sign in with {name}", { name: one.name })}
          onClick={() => one.challenge.to && follow(one.challenge.to)}
        >
          {one.icon_url && <img class="source-icon" src={one.icon_url} alt="" />}
          {labels || !one.icon_url ? one.name : ""}
        </Button>
      ))}
    </div>
  );
}

const kRemembered = "postern.name";

function remembered(): string {
  try {
    return localStorage.getItem(kRemembered) ?? "";
  } catch {
    return "";
  }
}

function remember(name: string | null): void {
  try {
    if (name) localStorage.setItem(kRemembered, name);
    else localStorage.removeItem(kRemembered);
  } catch {
    return; // storage may be forbidden: then nothing is remembered
  }
}

export function Identification(props: StageProps) {
  const { challenge, submit } = props;
  const [captcha, setCaptcha] = useState("");
  const fields = (challenge["user_fields"] ?? []) as string[];
  const password = Boolean(challenge["password_fields"]);
  const passkey = challenge["passkey_challenge"] as Record<string, any> | null | undefined;
  const keep = Boolean(challenge["enable_remember_me"]);
  const action = t(String(challenge["primary_action"] || "Continue"));

  useEffect(() => {
    if (!passkey) return undefined;
    const abort = new AbortController();
    askForPasskey(passkey, abort.signal).then(
      (answer) => answer && void submit({ passkey: answer }),
      () => undefined, // nobody chose one
    );
    return () => abort.abort();
  }, [passkey]);

  const links: [string, string | null | undefined][] = [
    [t("Use a security key"), challenge["passwordless_url"]],
    [t("Forgot username or password?"), challenge["recovery_url"]],
    [t("Sign up"), challenge["enroll_url"]],
  ];
  const more = (
    <>
      <Sources sources={(challenge["sources"] ?? []) as Source[]} labels={Boolean(challenge["show_source_labels"])} />
      <div class="flow-links">
        {links.map(([text, href]) =>
          href ? (
            <a key={text} href={href}>
              {text}
            </a>
          ) : null,
        )}
      </div>
    </>
  );
  if (fields.length === 0) return more;
  return (
    <StageForm
      {...props}
      action={action}
      fields={["uid_field", "password"]}
      read={(form) => {
        const name = String(form.get("uid_field") ?? "");
        remember(keep && form.get("remember") ? name : null);
        return {
          uid_field: name,
          ...(password ? { password: form.get("password") } : {}),
          ...(captcha ? { captcha_token: captcha } : {}),
        };
      }}
      more={more}
    >
      {challenge["application_pre"] && (
        <p>{t("Sign in to continue to {name}.", { name: String(challenge["application_pre"]) })}</p>
      )}
      <Field id="uid_field" label={label(fields)} required errors={errorsOf(challenge, "uid_field")}>
        {(aria) => (
          <Input
            aria={aria}
            name="uid_field"
            type={fields.length === 1 && fields[0] === "email" ? "email" : "text"}
            autocomplete="username webauthn"
            autocapitalize="none"
            spellcheck={false}
            required
            defaultValue={remembered()}
          />
        )}
      </Field>
      {password && (
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
      )}
      {keep && (
        <label class="remember">
          <input type="checkbox" name="remember" defaultChecked={remembered() !== ""} /> {t("Remember my name on this device")}
        </label>
      )}
      {challenge["captcha_stage"] && (
        <CaptchaBox challenge={challenge["captcha_stage"]} onToken={setCaptcha} />
      )}
    </StageForm>
  );
}
