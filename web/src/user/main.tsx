// /if/user/: what people do for themselves: their applications, their settings.
import { get } from "../lib/api";
import { t } from "../lib/i18n";
import { usePlace } from "../lib/router";
import { setTitle, start } from "../lib/start";
import { Empty, LinkButton } from "../ui/basic";
import { Shell, type Me } from "../ui/shell";
import { Library } from "./library";
import { Settings } from "./settings";

function Page({ me }: { me: Me }) {
  const place = usePlace("/library");
  switch (place.parts[0]) {
    case "library":
      setTitle(t("My applications"));
      return <Library me={me} />;
    case "settings":
      setTitle(t("Settings"));
      return <Settings me={me} place={place} />;
    default:
      setTitle(t("Not found"));
      return (
        <Empty icon="warning" title={t("There is no such page")}>
          <LinkButton href="#/library">{t("My applications")}</LinkButton>
        </Empty>
      );
  }
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
    () => (
      <Shell me={shown} area="user">
        {shown && <Page me={shown} />}
      </Shell>
    ),
    shown?.user.settings?.locale,
  );
}

void begin();
