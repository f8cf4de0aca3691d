// Every page in both themes: nothing that axe finds against WCAG 2.1 A and AA, nothing on the console; a
// picture of each is left in build/screenshots.
import { after, before, test } from "node:test";

import { Postern, arrived, calm, look, openBrowser, signIn, visit } from "./world.mjs";

let postern, browser, page;

before(async () => {
  postern = await Postern.start();
  browser = await openBrowser();
  page = await visit(browser, postern);
  await signIn(page);
  await arrived(page, "/if/user/");
  await fill();
});
after(async () => {
  await browser?.close();
  await postern?.stop();
});

// Something to see, names that break careless pages among it.
async function fill() {
  const made = await page.evaluate(async () => {
    const csrf = /authentik_csrf=([^;]*)/.exec(document.cookie)[1];
    const call = async (method, path, body) => {
      const headers = { "Content-Type": "application/json", "X-authentik-CSRF": csrf };
      const answer = await fetch(`/api/v3${path}`, { method, headers, body: body && JSON.stringify(body) });
      return answer.status === 204 ? null : answer.json();
    };
    const names = ["<script>alert(1)</script>", "محمد عبد الله", "𝕌𝕟𝕚𝕔𝕠𝕕𝕖 😀", "A very long name ".repeat(9)];
    for (const [index, name] of names.entries()) {
      await call("POST", "/core/users/", { username: `user${index}`, name, email: `user${index}@example.org` });
    }
    const groups = await call("POST", "/core/groups/", { name: "staff" });
    await call("POST", "/core/tokens/", { identifier: "mail-program", intent: "app_password", description: "Thunderbird" });
    const flows = await call("GET", "/flows/instances/?page_size=100");
    const flow = (slug) => flows.results.find((one) => one.slug === slug).pk;
    const radius = await call("POST", "/providers/radius/", {
      name: "vpn",
      authorization_flow: flow("default-authentication-flow"),
      invalidation_flow: flow("default-invalidation-flow"),
      client_networks: "127.0.0.0/8",
      shared_secret: "testing123-and-more",
    });
    await call("POST", "/core/applications/", {
      name: "Wiki",
      slug: "wiki",
      group: "Office",
      meta_launch_url: "https://wiki.example.org/",
      meta_description: "What we know",
      meta_publisher: "Us",
      provider: radius.pk,
    });
    const users = await call("GET", "/core/users/?page_size=100");
    const providers = await call("GET", "/providers/all/?page_size=100");
    return { group: groups.pk, user: users.results.find((one) => one.username === "user0").pk, providers: providers.results };
  });
  Object.assign(ids, made);
}
const ids = {};

const user = [
  ["library", "#/library", "My applications"],
  ["settings-details", '#/settings;{"page":"page-details"}', "Your details"],
  ["settings-sessions", '#/settings;{"page":"page-sessions"}', "Browsers"],
  ["settings-consents", '#/settings;{"page":"page-consents"}', "No consents given"],
  ["settings-devices", '#/settings;{"page":"page-mfa"}', "Set up a device"],
  ["settings-services", '#/settings;{"page":"page-sources"}', "No services available"],
  ["settings-tokens", '#/settings;{"page":"page-tokens"}', "Wi-Fi and network devices"],
];

async function settled() {
  await page.locator("#main").waitFor();
  await page.waitForLoadState("networkidle");
}

for (const [name, hash, text] of user) {
  test(`user interface: ${name}`, async () => {
    page.expected = [/status of 404/];
    await page.goto("about:blank"); // else a change of the hash alone
    await page.goto(`/if/user/${hash}`);
    await page.getByText(text).first().waitFor();
    await settled();
    await look(page, `user-${name}`);
    calm(page);
  });
}

const admin = () => [
  ["overview", "/administration/overview"],
  ["applications", "/core/applications"],
  ["application", "/core/applications/wiki"],
  ["application-access", '/core/applications/wiki;{"page":"access"}'],
  ["providers", "/core/providers"],
  ...ids.providers.map((one) => [`provider-${one.name}`, `/core/providers/${one.pk}`]),
  ["property-mappings", "/core/property-mappings"],
  ["events", "/events/log"],
  ["explain", "/events/explain"],
  ["radius", "/events/radius"],
  ["policies", "/policy/policies"],
  ["reputation", "/policy/reputation"],
  ["flows", "/flow/flows"],
  ["flow", "/flow/flows/default-authentication-flow"],
  ["stages", "/flow/stages"],
  ["prompts", "/flow/stages/prompts"],
  ["invitations", "/flow/invitations"],
  ["users", "/identity/users"],
  ["user", `/identity/users/${ids.user}`],
  ["user-devices", `/identity/users/${ids.user};{"page":"devices"}`],
  ["groups", "/identity/groups"],
  ["group", `/identity/groups/${ids.group}`],
  ["roles", "/identity/roles"],
  ["tokens", "/core/tokens"],
  ["sources", "/core/sources"],
  ["brands", "/core/brands"],
  ["certificates", "/crypto/certificates"],
  ["settings", "/admin/settings"],
  ["nowhere", "/no/such/page"],
];

test("administration", async (t) => {
  page.expected = [/status of 40[45]/];
  await page.goto("about:blank"); // else a change of the hash alone
  for (const [name, path] of admin()) {
    await t.test(name, async () => {
      await page.goto(`/if/admin/#${path}`);
      await page.reload();
      await settled();
      await look(page, `admin-${name}`);
      calm(page);
    });
  }
});

test("on a small screen nothing is wider than the page", async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  for (const path of ["/if/user/#/library", '/if/user/#/settings;{"page":"page-tokens"}', "/if/admin/#/identity/users", "/if/admin/#/flow/flows/default-authentication-flow"]) {
    await page.goto(path);
    await page.reload();
    await settled();
    await look(page, `small-${path.replace(/\W+/g, "-")}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) throw new Error(`${path} is ${wide} pixels too wide`);
  }
  await page.setViewportSize({ width: 1280, height: 720 });
});
