// Which component shows which challenge.
import type { ComponentType } from "preact";

import { t } from "../lib/i18n";
import { Alert } from "../ui/basic";
import type { StageProps } from "./challenge";
import { AccessDenied, Autosubmit, EmailSent, FlowError, Frame, SessionEnd } from "./stages/ends";
import { Captcha } from "./stages/captcha";
import { CodeBySender, DuoEnrolment, StaticCodes, TotpEnrolment } from "./stages/enrolment";
import { Consent } from "./stages/consent";
import { Dummy, StayLoggedIn } from "./stages/choices";
import { Identification } from "./stages/identification";
import { Password } from "./stages/password";
import { Prompt } from "./stages/prompt";
import { Validation } from "./stages/validation";
import { WebauthnEnrolment } from "./stages/webauthn-enrolment";

const kStages: Record<string, ComponentType<StageProps>> = {
  "ak-stage-identification": Identification,
  "ak-stage-password": Password,
  "ak-stage-authenticator-validate": Validation,
  "ak-stage-authenticator-totp": TotpEnrolment,
  "ak-stage-authenticator-static": StaticCodes,
  "ak-stage-authenticator-webauthn": WebauthnEnrolment,
  "ak-stage-authenticator-email": CodeBySender,
  "ak-stage-authenticator-sms": CodeBySender,
  "ak-stage-authenticator-duo": DuoEnrolment,
  "ak-stage-prompt": Prompt,
  "ak-stage-consent": Consent,
  "ak-stage-email": EmailSent,
  "ak-stage-captcha": Captcha,
  "ak-stage-user-login": StayLoggedIn,
  "ak-stage-dummy": Dummy,
  "ak-stage-autosubmit": Autosubmit,
  "ak-stage-access-denied": AccessDenied,
  "ak-stage-flow-error": FlowError,
  "ak-stage-session-end": SessionEnd,
  "xak-flow-frame": Frame,
};

function Unknown({ challenge }: StageProps) {
  return (
    <Alert kind="warning" title={t("This page cannot show this step")}>
      <p>{t("The server asks for “{component}”, which this version does not know.", { component: challenge.component })}</p>
    </Alert>
  );
}

export function stageOf(component: string): ComponentType<StageProps> {
  return kStages[component] ?? Unknown;
}
