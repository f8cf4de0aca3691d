// The settings of one user, by tabs; the tab is in the address: #/settings;{"page":"page-mfa"}.
import { t } from "../lib/i18n";
import { replaceState, type Place } from "../lib/router";
import type { Me } from "../ui/shell";
import { Tabs } from "../ui/tabs";
import { Consents } from "./consents";
import { Details } from "./details";
import { Devices } from "./devices";
import { Services } from "./services";
import { Sessions } from "./sessions";
import { Tokens } from "./tokens";

export function Settings({ me, place }: { me: Me; place: Place }) {
  const tabs = [
    { id: "page-details", title: t("User details"), content: () => <Details /> },
    { id: "page-sessions", title: t("Sessions"), content: () => <Sessions me={me} /> },
    { id: "page-consents", title: t("Consent"), content: () => <Consents me={me} /> },
    { id: "page-mfa", title: t("MFA Devices"), content: () => <Devices /> },
    { id: "page-sources", title: t("Connected services"), content: () => <Services me={me} /> },
    { id: "page-tokens", title: t("Tokens and App passwords"), content: () => <Tokens me={me} /> },
  ];
  return (
    <main id="main" tabIndex={-1} class="page settings">
      <div class="page-head">
        <h1>{t("Settings")}</h1>
      </div>
      <Tabs
        label={t("Settings")}
        tabs={tabs}
        current={String(place.state["page"] ?? "page-details")}
        onChange={(page) => replaceState("/settings", { page })}
      />
    </main>
  );
}
