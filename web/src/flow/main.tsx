// /if/flow/<slug>/: one flow on a page of its own.
import { useState } from "preact/hooks";

import { t } from "../lib/i18n";
import { brand, setTitle, start } from "../lib/start";
import type { Challenge } from "./challenge";
import { FlowExecutor } from "./executor";
import { Preferences } from "../ui/preferences";
import { Logo } from "../ui/logo";

const slug = decodeURIComponent(location.pathname.split("/").filter(Boolean)[2] ?? "");

function FlowPage() {
  const [title, setTheTitle] = useState("");
  const noteTitle = (challenge: Challenge) => {
    const text = challenge.flow_info?.title;
    if (text) {
      setTheTitle(text);
      setTitle(t(text));
    }
  };
  return (
    <div class="pf-v6-c-login flow-page">
      <div class="pf-v6-c-login__container">
        <header class="pf-v6-c-login__header">
          <Logo />
        </header>
        <main class="pf-v6-c-login__main">
          <div class="pf-v6-c-login__main-header">
            <h1 class="pf-v6-c-title pf-m-3xl">{title ? t(title) : brand.branding_title}</h1>
          </div>
          <div class="pf-v6-c-login__main-body">
            <FlowExecutor slug={slug} query={location.search.slice(1)} onChallenge={noteTitle} />
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
