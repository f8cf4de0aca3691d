// /if/flow/<slug>/: one flow on a page of its own.
import { useEffect, useRef, useState } from "preact/hooks";

import { t } from "../lib/i18n";
import { get } from "../lib/api";
import { brand, setTitle, start } from "../lib/start";
import type { Challenge } from "./challenge";
import { FlowExecutor, executorPath } from "./executor";
import { Preferences } from "../ui/preferences";
import { Logo } from "../ui/logo";

const slug = decodeURIComponent(location.pathname.split("/").filter(Boolean)[2] ?? "");
const query = location.search.slice(1);
// Asked for before anything is drawn.
const begun = get<Challenge>(executorPath(slug, query));
begun.catch(() => undefined); // told where it is awaited

// Where the flow's box stands, by the name of the layout; in the middle unless told.
const kPlaces: Record<string, string> = {
  content_left: "is-left",
  content_right: "is-right",
  sidebar_left: "is-left is-bar",
  sidebar_right: "is-right is-bar",
};

// A style sheet's address of a picture; "" = none.
function picture(address: string): string {
  const target = address ? new URL(address, location.href) : null;
  return target && /^(https?|data):$/.test(target.protocol) ? `url(${JSON.stringify(target.href)})` : "";
}

function FlowPage() {
  const [title, setTheTitle] = useState("");
  const [look, setLook] = useState({ layout: "", background: "" });
  const page = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (page.current) page.current.style.backgroundImage = picture(look.background);
  }, [look.background]);
  const noteTitle = (challenge: Challenge) => {
    const { title: text, layout = "", background = "" } = challenge.flow_info ?? { title: "" };
    if (challenge.flow_info && (layout !== look.layout || background !== look.background)) setLook({ layout, background });
    if (text) {
      setTheTitle(text);
      setTitle(t(text));
    }
  };
  return (
    <div ref={page} class={`pf-v6-c-login flow-page ${kPlaces[look.layout] ?? ""} ${look.background ? "has-picture" : ""}`}>
      <div class="pf-v6-c-login__container">
        <header class="pf-v6-c-login__header">
          <Logo />
        </header>
        <main class="pf-v6-c-login__main">
          <div class="pf-v6-c-login__main-header">
            <h1 class="pf-v6-c-title pf-m-3xl">{title ? t(title) : brand.branding_title}</h1>
          </div>
          <div class="pf-v6-c-login__main-body">
            <FlowExecutor slug={slug} query={query} begun={begun} onChallenge={noteTitle} />
          </div>
        </main>
        <footer class="pf-v6-c-login__footer flow-foot">
          <Preferences />
          {(brand.ui_footer_links ?? []).map((one) =>
            one.href ? (
              <a key={one.name} href={one.href} rel="noopener">
                {one.name}
              </a>
            ) : (
              <span key={one.name}>{one.name}</span>
            ),
          )}
        </footer>
      </div>
    </div>
  );
}

setTitle("");
void start(() => <FlowPage />);
