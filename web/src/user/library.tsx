// My applications: cards by group, searched while typing.
import { useMemo, useState } from "preact/hooks";

import type { Page } from "../lib/api";
import { useGet } from "../lib/hooks";
import { t } from "../lib/i18n";
import { Empty, LinkButton, Problem, Spinner } from "../ui/basic";
import type { Me } from "../ui/shell";

interface App {
  pk: string;
  name: string;
  slug: string;
  group: string;
  launch_url: string | null;
  open_in_new_tab: boolean;
  meta_icon_url: string | null;
  meta_description: string;
  meta_publisher: string;
}

function matches(app: App, words: string[]): boolean {
  const text = `${app.name} ${app.meta_description} ${app.meta_publisher} ${app.group}`.toLocaleLowerCase();
  return words.every((one) => text.includes(one));
}

function groupsOf(apps: App[]): [string, App[]][] {
  const groups = new Map<string, App[]>();
  for (const app of apps) groups.set(app.group, [...(groups.get(app.group) ?? []), app]);
  return [...groups].sort(([a], [b]) => a.localeCompare(b));
}

function safe(address: string | null): string | null {
  if (!address) return null;
  try {
    const { protocol } = new URL(address, location.href);
    return protocol === "javascript:" || protocol === "data:" || protocol === "blank:" ? null : address;
  } catch {
    return null;
  }
}

function AppCard({ app }: { app: App }) {
  const href = safe(app.launch_url);
  return (
    <li class="app">
      <span class="app-icon" aria-hidden="true">
        {app.meta_icon_url ? <img src={app.meta_icon_url} alt="" loading="lazy" /> : [...app.name][0]?.toUpperCase()}
      </span>
      <div>
        {href ? (
          <a href={href} {...(app.open_in_new_tab ? { target: "_blank", rel: "noopener noreferrer" } : {})}>
            {app.name}
          </a>
        ) : (
          <strong>{app.name}</strong>
        )}
        {app.meta_publisher && <p class="subtle">{app.meta_publisher}</p>}
        {app.meta_description && <p>{app.meta_description}</p>}
      </div>
    </li>
  );
}

export function Library({ me }: { me: Me }) {
  const apps = useGet<Page<App>>("/core/applications/", { page_size: 100, ordering: "name" });
  const [search, setSearch] = useState("");
  const shown = useMemo(() => {
    const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    return groupsOf((apps.value?.results ?? []).filter((one) => matches(one, words)));
  }, [apps.value, search]);
  const none = apps.value !== null && apps.value.results.length === 0;
  return (
    <main id="main" tabIndex={-1} class="page">
      <div class="page-head">
        <h1>{t("My applications")}</h1>
        {!none && (
          <span class="pf-v6-c-form-control grow narrow">
            <input
              type="search"
              aria-label={t("Search")}
              placeholder={t("Search")}
              value={search}
              onInput={(event) => setSearch(event.currentTarget.value)}
            />
          </span>
        )}
      </div>
      {apps.error && <Problem error={apps.error} again={apps.reload} />}
      {!apps.value && apps.busy && <Spinner />}
      {none && (
        <Empty icon="apps" title={t("No applications available")}>
          <p>{t("Either no applications are set up, or you are not allowed to use any.")}</p>
          {me.user.is_superuser && (
            <LinkButton href="/if/admin/#/core/applications" kind="primary">
              {t("Create an application")}
            </LinkButton>
          )}
        </Empty>
      )}
      {apps.value && !none && shown.length === 0 && <Empty icon="search" title={t("Nothing found")} />}
      {shown.map(([group, list]) => (
        <section key={group} class="apps-group">
          {group && <h2>{group}</h2>}
          <ul class="apps">
            {list.map((one) => (
              <AppCard key={one.pk} app={one} />
            ))}
          </ul>
        </section>
      ))}
    </main>
  );
}
