// What the stages and sources of this server offer a user to set up.
import { placeHref } from "../lib/router";

export interface UserSetting {
  object_uid: string;
  component: string;
  title: string;
  configure_url?: string | null;
  icon_url?: string | null;
}

// Where a set-up begins; it comes back to this tab.
export function configureLink(setting: UserSetting, tab: string): string {
  const back = `/if/user/${placeHref("/settings", { page: tab })}`;
  const url = setting.configure_url ?? "";
  return `${url}${url.includes("?") ? "&" : "?"}next=${encodeURIComponent(back)}`;
}
