// The frame of the user's and the administrator's pages: who is logged in, where to go, how to leave.
import type { ComponentChildren } from "preact";

import { get } from "../lib/api";
import { t } from "../lib/i18n";
import { toast } from "./toast";
import { asApiError } from "../lib/hooks";
import { Alert, Avatar, Button, LinkButton, explainError } from "./basic";
import { Logo } from "./logo";
import { Bell } from "./notifications";
import { Preferences } from "./preferences";

export interface SelfUser {
  pk: number;
  username: string;
  name: string;
  email: string;
  avatar: string;
  is_superuser: boolean;
  uid: string;
  groups: { name: string; pk: string }[];
  settings: { locale?: string; [key: string]: unknown };
  system_permissions?: string[];
}

export interface Me {
  user: SelfUser;
  original?: SelfUser;
}

interface Props {
  me: Me | null;
  area: "user" | "admin";
  before?: ComponentChildren; // stands first in the bar
  children: ComponentChildren;
}

async function endImpersonation(): Promise<void> {
  try {
    await get("/core/users/impersonate_end/");
    location.assign("/if/admin/");
  } catch (error) {
    toast(explainError(asApiError(error)), "danger");
  }
}

function Impersonating({ me }: { me: Me }) {
  if (!me.original) return null;
  return (
    <div class="banner" role="status">
      <span>{t("You are acting as {name}.", { name: me.user.username })}</span>
      <Button small onClick={() => void endImpersonation()}>
        {t("Stop impersonation")}
      </Button>
    </div>
  );
}

export function Shell({ me, area, before, children }: Props) {
  return (
    <div class="shell">
      <div>
        <a class="skip" href="#main" onClick={(event) => {
          event.preventDefault();
          document.getElementById("main")?.focus();
        }}>
          {t("Skip to content")}
        </a>
        <header class="top">
          {before}
          <a class="logo" href={area === "user" ? "#/library" : "/if/user/"}>
            <Logo />
          </a>
          <div class="push" />
          <Preferences onlyTheme />
          <nav class="top-links" aria-label={t("Account")}>
            {area === "admin" ? (
              <LinkButton href="/if/user/" kind="secondary" icon="apps" small>
                {t("User interface")}
              </LinkButton>
            ) : (
              me?.user.is_superuser && (
                <LinkButton href="/if/admin/" kind="secondary" icon="shield" small>
                  {t("Admin interface")}
                </LinkButton>
              )
            )}
            {me && <Bell withEvents={me.user.is_superuser} />}
            <LinkButton href={area === "user" ? "#/settings" : "/if/user/#/settings"} kind="plain" icon="gear" label={t("Settings")} />
            <LinkButton href="/flows/-/default/invalidation/" kind="plain" icon="leave" label={t("Sign out")} />
            {me && (
              <span class="who" title={me.user.username}>
                <Avatar src={me.user.avatar} name={me.user.name || me.user.username} />
                <span>{me.user.name || me.user.username}</span>
              </span>
            )}
          </nav>
        </header>
        {me && <Impersonating me={me} />}
      </div>
      {me ? (
        children
      ) : (
        <main id="main" tabIndex={-1} class="page">
          <Alert kind="danger" title={t("The server cannot be reached. Check the network, then try again.")}>
            <Button icon="again" onClick={() => location.reload()}>
              {t("Try again")}
            </Button>
          </Alert>
        </main>
      )}
    </div>
  );
}
