// A check against robots by a third party. Its script comes from the address that the stage names and is
// let in by the page's policy for that flow alone.
import { useEffect, useRef, useState } from "preact/hooks";

import { t } from "../../lib/i18n";
import { Alert } from "../../ui/basic";
import { errorsOf, type Challenge, type StageProps } from "../challenge";
import { StageForm } from "../form";

interface Widget {
  render: (place: HTMLElement, options: Record<string, unknown>) => unknown;
  ready?: (then: () => void) => void;
}

const kGlobals = ["turnstile", "hcaptcha", "grecaptcha"] as const;

function widget(): Widget | undefined {
  for (const name of kGlobals) {
    const found = (window as unknown as Record<string, Widget | undefined>)[name];
    if (found && typeof found.render === "function") return found;
  }
  return undefined;
}

interface BoxProps {
  challenge: Record<string, any>;
  onToken: (token: string) => void;
}

export function CaptchaBox({ challenge, onToken }: BoxProps) {
  const place = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const address = String(challenge["js_url"] ?? "");
    if (!address) {
      setFailed(true);
      return undefined;
    }
    const show = () => {
      const found = widget();
      if (!found || !place.current) {
        setFailed(true);
        return;
      }
      found.render(place.current, {
        sitekey: challenge["site_key"],
        callback: onToken,
        ...(challenge["interactive"] === false ? { size: "invisible" } : {}),
      });
    };
    const script = document.createElement("script");
    script.src = address;
    script.async = true;
    script.onload = () => {
      const found = widget();
      if (found?.ready) found.ready(show);
      else show();
    };
    script.onerror = () => setFailed(true);
    document.head.append(script);
    return () => script.remove();
  }, []);
  if (failed) {
    return (
      <Alert kind="danger" title={t("The check against robots could not be loaded.")}>
        <p>{t("A content blocker may be in the way. Reload the page to try again.")}</p>
      </Alert>
    );
  }
  return <div class="captcha" ref={place} />;
}

export function Captcha(props: StageProps) {
  const [token, setToken] = useState("");
  const errors = errorsOf(props.challenge as Challenge, "token");
  return (
    <StageForm {...props} action={t("Continue")} fields={["token"]} read={() => ({ token })}>
      {errors.length > 0 && <Alert kind="danger" title={errors.map((one) => t(one)).join(" ")} />}
      <CaptchaBox
        challenge={props.challenge}
        onToken={(one) => {
          setToken(one);
          void props.submit({ token: one });
        }}
      />
    </StageForm>
  );
}
