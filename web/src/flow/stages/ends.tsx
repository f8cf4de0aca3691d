// Steps at which a flow rests or ends: refused, failed, mail sent, session over, a form for another site.
import { useEffect, useRef, useState } from "preact/hooks";

import { t } from "../../lib/i18n";
import { Alert, Button } from "../../ui/basic";
import type { StageProps } from "../challenge";
import { PendingUser, StageForm } from "../form";

function home(): string {
  return "/flows/-/default/authentication/?next=/";
}

export function AccessDenied({ challenge, embedded }: StageProps) {
  const cancel = challenge.flow_info?.cancel_url;
  return (
    <div class="pf-v6-c-form">
      <PendingUser challenge={challenge} embedded={embedded ?? false} />
      <Alert kind="danger" title={t("Request has been denied.")}>
        {challenge["error_message"] && <p>{t(String(challenge["error_message"]))}</p>}
      </Alert>
      <div class="flow-links">
        <a href={home()}>{t("Go to sign-in")}</a>
        {challenge.pending_user && cancel && <a href={cancel}>{t("Sign out")}</a>}
      </div>
    </div>
  );
}

export function FlowError({ challenge }: StageProps) {
  return (
    <div class="pf-v6-c-form">
      <Alert kind="danger" title={t("Something went wrong on the server")}>
        <p>{t("Tell your administrator this request id: {id}", { id: String(challenge["request_id"] ?? "–") })}</p>
        {challenge["error"] && <p>{String(challenge["error"])}</p>}
      </Alert>
      {challenge["traceback"] && <pre class="log">{String(challenge["traceback"])}</pre>}
      <div class="flow-links">
        <a href={location.pathname + location.search}>{t("Try again")}</a>
        <a href={home()}>{t("Go to sign-in")}</a>
      </div>
    </div>
  );
}

export function EmailSent(props: StageProps) {
  return (
    <StageForm {...props} action={t("Send the e-mail again")} fields={[]} read={() => ({})}>
      <Alert kind="info" title={t("Check your inbox for a verification e-mail.")}>
        <p>{t("It may take a minute to arrive. Look into the spam folder too.")}</p>
      </Alert>
    </StageForm>
  );
}

export function SessionEnd({ challenge }: StageProps) {
  const application = challenge["application_name"] as string | undefined;
  const launch = challenge["application_launch_url"] as string | undefined;
  const invalidation = challenge["invalidation_flow_url"] as string | undefined;
  const brand = String(challenge["brand_name"] ?? "");
  return (
    <div class="pf-v6-c-form">
      <p>
        {application
          ? t("You have signed out of {name}. You can go back to the overview, sign out of {brand}, or sign in to {name} again.", { name: application, brand })
          : t("You have signed out.")}
      </p>
      <div class="flow-links">
        <a href="/">{t("Go back to the overview")}</a>
        {invalidation && <a href={invalidation}>{t("Sign out of {brand}", { brand })}</a>}
        {launch && <a href={launch}>{t("Sign in to {name} again", { name: application ?? "" })}</a>}
      </div>
    </div>
  );
}

// A form that is sent to another site by itself, or by its button.
export function Autosubmit({ challenge }: StageProps) {
  const form = useRef<HTMLFormElement>(null);
  const attributes = (challenge["attrs"] ?? {}) as Record<string, string>;
  useEffect(() => form.current?.submit(), []);
  return (
    <form ref={form} class="pf-v6-c-form" action={String(challenge["url"] ?? "")} method="post">
      {Object.entries(attributes).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <p>{t(String(challenge["title"] || "You are being taken onwards."))}</p>
      <Button kind="primary" type="submit" block>
        {t("Continue")}
      </Button>
    </form>
  );
}

export function Frame({ challenge, submit }: StageProps) {
  const [loaded, setLoaded] = useState(false);
  return (
    <>
      {!loaded && <p>{t(String(challenge["loading_text"] || "Loading"))}</p>}
      <iframe
        class="frame"
        src={String(challenge["url"] ?? "about:blank")}
        title={t("Continue")}
        onLoad={() => {
          setLoaded(true);
          if (challenge["loading_override"]) void submit({});
        }}
      />
    </>
  );
}
