// Every page in both themes: nothing that axe finds against WCAG 2.1 A and AA, nothing on the console; a
// picture of each is left in build/screenshots.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import assert from "node:assert/strict";

import { Postern, admin, arrived, calm, kRoot, look, openBrowser, shoot, signIn, visit } from "./world.mjs";

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
    const names = ["<script>alert(1)</script>", "محمد عبد الله", "𝕌𝕟𝕚𝕔𝕠𝕕𝕖 😀", "A very long name ".repeat(8).trim()];
    for (const [index, name] of names.entries()) {
      await call("POST", "/core/users/", { username: `user${index}`, name, email: `user${index}@example.org` });
    }
    const groups = await call("POST", "/core/groups/", { name: "staff" });
    for (const name of names) {
      await call("POST", "/core/groups/", { name });
      await call("POST", "/core/applications/", { name, slug: `app-${names.indexOf(name)}`, group: name, meta_launch_url: "https://example.org/", meta_description: name, meta_publisher: name });
    }
    await call("POST", "/core/users/", { username: names[0], name: names[1] });
    await call("POST", "/core/users/", { username: names[2], name: names[3], path: "users/people with a long folder name/and one more below it" });
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

const adminPages = () => [
  ["overview", "/administration/overview"],
  ["applications", "/core/applications"],
  ["application", "/core/applications/wiki"],
  ["application-access", '/core/applications/wiki;{"page":"access"}'],
  ["providers", "/core/providers"],
  ...ids.providers.map((one) => [`provider-${one.name}`, `/core/providers/${one.pk}`]),
  ["property-mappings", "/core/property-mappings"],
  ["events", "/events/log"],
  ["notification-rules", "/events/rules"],
  ["notification-transports", "/events/transports"],
  ["explain", "/events/explain"],
  ["radius", "/events/radius"],
  ["policies", "/policy/policies"],
  ["outposts", "/outpost/outposts"],
  ["reputation", "/policy/reputation"],
  ["flows", "/flow/flows"],
  ["flow", "/flow/flows/default-authentication-flow"],
  ["stages", "/flow/stages"],
  ["prompts", "/flow/stages/prompts"],
  ["invitations", "/flow/invitations"],
  ["users", "/identity/users"],
  ["user", `/identity/users/${ids.user}`],
  ["user-sessions", `/identity/users/${ids.user};{"page":"sessions"}`],
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
  for (const [name, path] of adminPages()) {
    await t.test(name, async () => {
      await page.goto(`/if/admin/#${path}`);
      await page.reload();
      await settled();
      await look(page, `admin-${name}`);
      calm(page);
    });
  }
});

test("markup in names is text: nothing of it runs, nothing of it is an element", async () => {
  for (const path of ["/if/user/#/library", "/if/admin/#/core/applications", "/if/admin/#/identity/users", "/if/admin/#/identity/groups"]) {
    await page.goto("about:blank");
    await page.goto(path);
    await page.getByText("<script>alert(1)</script>").first().waitFor();
    assert.equal(await page.evaluate(() => document.querySelectorAll("#app script").length), 0);
  }
});

test("ten thousand users", async () => {
  page.expected = [/status of 40[45]/];
  const people = join(postern.folder, "people.ldif");
  execFileSync(join(kRoot, "bench/population.py"), ["--users", "10000", "--base", "dc=ldap,dc=goauthentik,dc=io", people]);
  postern.run("import", people);
  await admin(page, '/identity/users;{"page":400}');
  await page.getByText(/^7,981–8,000 of 10,0\d\d$/).waitFor();
  await look(page, "admin-users-many");
  await page.getByLabel("Search", { exact: true }).fill("user4711");
  await page.getByText("1–1 of 1").waitFor();
  await page.getByRole("button", { name: "Edit user4711" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.locator("#field-groups").fill("dept1");
  await dialog.getByLabel("dept19", { exact: true }).waitFor();
  await look(page, "admin-user-form");
  await page.keyboard.press("Escape");
  await admin(page, "/identity/groups");
  await page.getByLabel("Search", { exact: true }).fill("dept7");
  await page.getByRole("link", { name: "dept7", exact: true }).click();
  await page.getByText("1–20 of 500").waitFor();
  await look(page, "admin-group-many");
  calm(page);
});

test("on a small screen nothing is wider than the page", async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  const pages = [
    ...user.map(([name, hash]) => [`user-${name}`, `/if/user/${hash}`]),
    ...adminPages().map(([name, path]) => [`admin-${name}`, `/if/admin/#${path}`]),
  ];
  const seen = /users$|flow$|tokens$|overview$|provider-vpn$|library$|sessions$|applications$|explain$|user$/;
  for (const [name, path] of pages) {
    await page.goto("about:blank");
    await page.goto(path);
    await settled();
    if (seen.test(name)) await shoot(page, `small-${name}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${path} is ${wide} pixels too wide`);
  }
  await look(page, "small-last");
  await page.setViewportSize({ width: 1280, height: 720 });
});
