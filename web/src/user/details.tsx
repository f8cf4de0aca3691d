// The form about oneself is a flow that the brand names: whatever the administrator put into it is shown.
import { useState } from "preact/hooks";

import { get } from "../lib/api";
import { useGet } from "../lib/hooks";
import { t } from "../lib/i18n";
import { brand, changeLanguage } from "../lib/start";
import { FlowExecutor } from "../flow/executor";
import { Alert, Card, LinkButton } from "../ui/basic";
import type { Me } from "../ui/shell";
import { toast } from "../ui/toast";
import { configureLink, type UserSetting } from "./user-settings";

function PasswordCard() {
  const settings = useGet<UserSetting[]>("/stages/all/user_settings/");
  const offers = (settings.value ?? []).filter(
    (one) => one.component === "ak-user-settings-password" && one.configure_url,
  );
  if (offers.length === 0) return null;
  return (
    <Card title={t("Change your password")}>
      {offers.map((one) => (
        <LinkButton key={one.object_uid} href={configureLink(one, "page-details")}>
          {t("Change password")}
        </LinkButton>
      ))}
    </Card>
  );
}

export function Details() {
  const [round, setRound] = useState(0);
  const slug = brand.flow_user_settings;
  const saved = async () => {
    toast(t("Saved"));
    const me = await get<Me>("/core/users/me/").catch(() => null);
    if (me) await changeLanguage(me.user.settings?.locale ?? "");
    setRound((n) => n + 1);
  };
  return (
    <div class="two-columns">
      <Card title={t("Your details")}>
        {slug ? (
          <FlowExecutor
            key={round}
            slug={slug}
            query=""
            embedded
            onDone={() => void saved()}
            frame={(challenge, stage) =>
              challenge.component === "ak-stage-prompt" || challenge.component === "ak-stage-access-denied" ? (
                stage
              ) : (
                <LinkButton href={`/if/flow/${slug}/`}>{t("Open settings")}</LinkButton>
              )
            }
          />
        ) : (
          <Alert kind="info" title={t("Not available")}>
            <p>{t("The administrator has not set up a flow for user settings.")}</p>
          </Alert>
        )}
      </Card>
      <PasswordCard />
    </div>
  );
}
