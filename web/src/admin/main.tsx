// /if/admin/: everything that an administrator manages. What exists is in the descriptions of specs/.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

import { get } from "../lib/api";
import { t } from "../lib/i18n";
import { usePlace, type Place } from "../lib/router";
import { setTitle, start } from "../lib/start";
import { Alert, Button, Empty, LinkButton } from "../ui/basic";
import { Icon, type IconName } from "../ui/icon";
import { Shell, type Me } from "../ui/shell";
import { ObjectPage } from "./detail";
import { ObjectList } from "./list";
import { Explain } from "./pages/explain";
import { Overview } from "./pages/overview";
import { DroppedPackets } from "./pages/radius";
import { SystemSettings } from "./pages/settings";
import type { Spec } from "./spec";
import { kApplicationSpec, kBrandSpec, kMappingSpec, kOutpostSpec, kProviderSpec, kSourceSpec } from "./specs/applications";
import { kFlowSpec, kInvitationSpec, kPromptSpec, kStageSpec } from "./specs/flows";
import { kGroupSpec, kRoleSpec, kTokenSpec, kUserSpec } from "./specs/identity";
import { kRuleSpec, kTransportSpec } from "./specs/notifications";
import { kCertificateSpec, kEventSpec, kPolicySpec, kReputationSpec } from "./specs/policies";

interface Special {
  route: string;
  icon: IconName;
  title: () => string;
  page: ComponentType;
}
type Entry = Spec | Special;

const kOverview: Special = { route: "/administration/overview", icon: "chart", title: () => t("Overview"), page: Overview };
const kSections: [() => string, Entry[]][] = [
  [() => t("Dashboards"), [kOverview]],
  [() => t("Applications"), [kApplicationSpec, kProviderSpec, kMappingSpec, kOutpostSpec]],
  [
    () => t("Events"),
    [
      kEventSpec,
      { route: "/events/explain", icon: "search", title: () => t("Explain a login"), page: Explain },
      kRuleSpec,
      kTransportSpec,
      { route: "/events/radius", icon: "wifi", title: () => t("Dropped RADIUS packets"), page: DroppedPackets },
    ],
  ],
  [() => t("Customization"), [kPolicySpec, kReputationSpec]],
  [() => t("Flows and Stages"), [kFlowSpec, kStageSpec, kPromptSpec, kInvitationSpec]],
  [() => t("Directory"), [kUserSpec, kGroupSpec, kRoleSpec, kTokenSpec, kSourceSpec]],
  [
    () => t("System"),
    [kBrandSpec, kCertificateSpec, { route: "/admin/settings", icon: "gear", title: () => t("System settings"), page: SystemSettings }],
  ],
];
const kEntries = kSections.flatMap(([, entries]) => entries);

// The longest route that the address begins with: prompts are below stages.
function entryOf(place: Place): Entry | undefined {
  return kEntries
    .filter((one) => place.path === one.route || place.path.startsWith(`${one.route}/`))
    .sort((a, b) => b.route.length - a.route.length)[0];
}

function Side({ current, open }: { current: Entry | undefined; open: boolean }) {
  return (
    <div class={`side${open ? " is-open" : ""}`} id="side">
      <nav class="side-inner" aria-label={t("Administration")}>
        {kSections.map(([title, entries]) => (
          <div key={title()}>
            <h2>{title()}</h2>
            <ul>
              {entries.map((one) => (
                <li key={one.route}>
                  <a href={`#${one.route}`} aria-current={one === current ? "page" : undefined}>
                    <Icon name={one.icon} />
                    {one.title()}
                  </a>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
    </div>
  );
}

function Content({ entry, place }: { entry: Entry | undefined; place: Place }) {
  if (!entry) {
    setTitle(t("Not found"));
    return (
      <main id="main" tabIndex={-1} class="page">
        <Empty icon="warning" title={t("There is no such page")}>
          <LinkButton href={`#${kOverview.route}`}>{t("Overview")}</LinkButton>
        </Empty>
      </main>
    );
  }
  setTitle(entry.title());
  if ("page" in entry) return <entry.page />;
  const id = decodeURIComponent(place.path.slice(entry.route.length + 1));
  if (id && entry.tabs) return <ObjectPage key={place.path} spec={entry} id={id} place={place} />;
  return <ObjectList key={entry.route} spec={entry} place={place} />;
}

function AdminPage({ me }: { me: Me }) {
  const place = usePlace(kOverview.route);
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [place.path]);
  const entry = entryOf(place);
  const allowed = me.user.is_superuser || (me.user.system_permissions ?? []).includes("access_admin_interface");
  return (
    <Shell
      me={me}
      area="admin"
      before={
        <span class="burger">
          <button type="button" class="pf-v6-c-button pf-m-plain" aria-expanded={open} aria-controls="side" aria-label={t("Menu")} onClick={() => setOpen(!open)}>
            <Icon name="menu" />
          </button>
        </span>
      }
    >
      {allowed ? (
        <div class="admin">
          <Side current={entry} open={open} />
          <Content entry={entry} place={place} />
        </div>
      ) : (
        <main id="main" tabIndex={-1} class="page">
          <Alert kind="danger" title={t("You are not allowed to do this.")}>
            <p>{t("The administration is for administrators.")}</p>
            <LinkButton href="/if/user/">{t("User interface")}</LinkButton>
          </Alert>
        </main>
      )}
    </Shell>
  );
}

async function begin(): Promise<void> {
  let me: Me | null = null;
  try {
    me = await get<Me>("/core/users/me/");
  } catch {
    me = null; // told on the page
  }
  const shown = me;
  await start(
    () => (shown ? <AdminPage me={shown} /> : <Shell me={null} area="admin"><Button>{""}</Button></Shell>),
    shown?.user.settings?.locale,
  );
}

void begin();
