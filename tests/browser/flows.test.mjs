// What people do, from first start to administrator, and what follows from it over LDAP and RADIUS.
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import assert from "node:assert/strict";

import { Postern, admin, administrator, arrived, calm, kPassword, look, openBrowser, settings, signIn, totp, visit } from "./world.mjs";

let browser, postern;

before(async () => {
  browser = await openBrowser();
  postern = await Postern.start();
});
after(async () => {
  await postern?.stop();
  await browser?.close();
});

test("first start: the printed link makes the administrator", async () => {
  const fresh = await Postern.start("");
  try {
    for (let tries = 0; tries < 100 && !/flow_token=\w+/.test(fresh.log); tries++) await new Promise((done) => setTimeout(done, 50));
    const token = /flow_token=(\w+)/.exec(fresh.log)[1];
    const page = await visit(browser, fresh);
    await page.goto(`/if/flow/initial-setup/?flow_token=${token}`);
    await page.getByLabel("Email").fill("root@example.org");
    await look(page, "flow-initial-setup");
    await page.locator("#password").fill("short");
    await page.locator("#password_repeat").fill("short");
    await page.getByRole("button", { name: "Continue" }).click();
    // The reason stands beside its field, and what was typed elsewhere stays.
    await page.locator("#password-error").waitFor();
    assert.equal(await page.locator("#password").getAttribute("aria-invalid"), "true");
    assert.equal(await page.getByLabel("Email").inputValue(), "root@example.org");
    await look(page, "flow-initial-setup-error");
    await page.locator("#password").fill(kPassword);
    await page.locator("#password_repeat").fill(kPassword);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL((url) => !url.pathname.startsWith("/if/flow/"));
    await page.goto("/if/admin/");
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    assert.equal(fresh.bind("akadmin", kPassword), 0);
    calm(page);
  } finally {
    await fresh.stop();
  }
});

test("a wrong password is told beside its field; the right one leads to the applications", async () => {
  const page = await visit(browser, postern);
  await signIn(page, "akadmin", "not it");
  await page.locator("#password-error").waitFor();
  await look(page, "flow-password-error");
  assert.equal(await page.evaluate(() => document.activeElement.id), "password");
  await page.locator("#password").fill(kPassword);
  await page.keyboard.press("Enter"); // keyboard alone
  await arrived(page, "/if/user/");
  await page.getByRole("heading", { name: "My applications" }).waitFor();
  calm(page);
  await page.context().close();
});

test("password managers find name and password", async () => {
  const page = await visit(browser, postern);
  await page.goto("/if/flow/default-authentication-flow/");
  assert.match(await page.locator("#uid_field").getAttribute("autocomplete"), /^username/);
  await page.locator("#uid_field").fill("akadmin");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.locator("#password").waitFor();
  assert.equal(await page.locator("#password").getAttribute("autocomplete"), "current-password");
  assert.equal(await page.locator("input[autocomplete=username]").inputValue(), "akadmin");
  assert.equal(await page.evaluate(() => document.querySelectorAll("form").length), 1);
  await page.context().close();
});

test("an app password binds over LDAP and stops when it is deleted", async () => {
  const page = await administrator(browser, postern);
  await page.goto(settings("page-tokens"));
  await page.getByRole("button", { name: "Create App password" }).click();
  await page.getByLabel("Identifier").fill("mail");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  const key = await page.locator("dialog code").innerText();
  await look(page, "user-app-password");
  assert.equal(postern.bind("akadmin", key), 0);
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByLabel("Select mail").check();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("No tokens and no app passwords").waitFor();
  assert.equal(postern.bind("akadmin", key), 49);
  await page.context().close();
});

test("a network password is made for a device", async () => {
  const page = await administrator(browser, postern);
  await page.goto(settings("page-tokens"));
  await page.getByRole("button", { name: "Add a Wi-Fi device" }).click();
  await page.getByLabel("Name of the device").fill("my phone");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name of the Wi-Fi network (SSID)").fill("office & <guests>");
  const [file] = await Promise.all([page.waitForEvent("download"), dialog.getByRole("button", { name: /iPhone/ }).click()]);
  const text = await (await file.createReadStream()).setEncoding("utf8").toArray();
  assert.match(text.join(""), /<string>office &amp; &lt;guests&gt;<\/string>/);
  await look(page, "user-network-password");
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByRole("cell", { name: "my phone", exact: true }).waitFor();
  await page.context().close();
});

test("a session deleted in one browser ends the other", async () => {
  const here = await administrator(browser, postern);
  const there = await visit(browser, postern, { userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0" });
  await signIn(there);
  await arrived(there, "/if/user/");
  await here.goto(settings("page-sessions"));
  const row = here.getByRole("row").filter({ hasText: "Firefox" });
  await row.getByRole("checkbox").check();
  await here.getByRole("button", { name: "Delete", exact: true }).click();
  await here.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await row.waitFor({ state: "detached" });
  there.expected = [/status of 403/];
  await there.goto(settings("page-tokens"));
  await there.reload();
  await there.waitForURL((url) => url.pathname.startsWith("/if/flow/"));
  calm(here);
  await here.context().close();
  await there.context().close();
});

test("a session that ends while a form is open loses nothing that was typed", async () => {
  const page = await administrator(browser, postern);
  await page.goto(settings("page-tokens"));
  await page.getByRole("button", { name: "Create Token" }).click();
  await page.getByLabel("Identifier").fill("typed-already");
  await page.context().clearCookies();
  page.expected = [/status of 403/];
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page.getByText("Your session has ended").waitFor();
  await look(page, "user-session-lost");
  assert.equal(await page.getByLabel("Identifier").inputValue(), "typed-already");
  await page.context().close();
});

test("without a network it is told, and tried again", async () => {
  const page = await administrator(browser, postern);
  page.expected = [/ERR_INTERNET_DISCONNECTED|Failed to load resource/];
  await page.context().setOffline(true);
  await page.goto("/if/user/#/settings").catch(() => undefined);
  await page.evaluate((hash) => (location.hash = hash), '#/settings;{"page":"page-consents"}');
  await page.getByText("The server cannot be reached").first().waitFor();
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "Try again" }).first().click();
  await page.getByText("No consents given").waitFor();
  await page.context().close();
});

test("the language follows the browser, the choice on the page, the setting of the user", async () => {
  const german = await visit(browser, postern, { locale: "de-AT" });
  await german.goto("/if/flow/default-authentication-flow/");
  await german.getByRole("heading", { name: "Willkommen" }).waitFor();
  assert.equal(await german.evaluate(() => document.documentElement.lang), "de");
  await german.getByLabel("Sprache").selectOption("fr");
  await german.getByRole("heading", { name: "Bienvenue" }).waitFor();
  await german.context().close();

  const page = await administrator(browser, postern);
  await page.goto(settings("page-details"));
  await page.getByLabel("Locale").selectOption("de");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("tab", { name: "Sitzungen" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Einstellungen" }).waitFor();
  await page.getByLabel("Sprache").selectOption("");
  await page.getByRole("button", { name: "Speichern" }).click();
  await page.getByRole("tab", { name: "Sessions" }).waitFor();
  calm(page);
  await page.context().close();
});

test("every text of the page is translated: the pseudo-language leaves none out", async () => {
  const page = await visit(browser, postern);
  await page.goto("/if/flow/default-authentication-flow/?locale=en-XA");
  await page.locator("#uid_field").waitFor();
  const bare = await page.evaluate(() => {
    const found = [];
    const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const text = walk.currentNode.data.trim();
      if (/\p{L}/u.test(text) && !/^\[.*\]$/.test(text)) found.push(text);
    }
    return found;
  });
  assert.deepEqual(bare, []);
  await page.context().close();
});

test("a user is made, changed, recovered by a link, deleted", async () => {
  const page = await administrator(browser, postern);
  await admin(page, "/identity/users");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.locator("#field-username").fill("akadmin");
  await dialog.getByRole("button", { name: "Create" }).click();
  page.expected = [/status of 400/];
  await page.locator("#field-username-error").waitFor();
  await look(page, "admin-user-form-error");
  await dialog.locator("#field-username").fill("alice");
  await dialog.locator("#field-name").fill("Alice <b>W</b>");
  await dialog.getByRole("button", { name: "Create" }).click();
  await page.getByRole("link", { name: /alice/ }).click();
  await page.getByRole("heading", { name: "alice" }).waitFor();
  await page.getByText("Alice <b>W</b>").waitFor();
  await page.getByRole("button", { name: "Create a recovery link" }).click();
  const link = await page.locator("dialog code").innerText();
  const other = await visit(browser, postern);
  await other.goto(new URL(link).pathname + new URL(link).search);
  await other.locator("#password").fill("wonderland 42 rabbit");
  await other.locator("#password_repeat").fill("wonderland 42 rabbit");
  await other.getByRole("button", { name: "Continue" }).click();
  await arrived(other, "/if/user/");
  assert.equal(postern.bind("alice", "wonderland 42 rabbit"), 0);
  await other.goto("/if/admin/");
  await other.getByText("The administration is for administrators.").waitFor();
  await other.context().close();
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByRole("heading", { name: "Users" }).waitFor();
  assert.equal(postern.bind("alice", "wonderland 42 rabbit"), 49);
  await page.context().close();
});

test("a RADIUS provider made on the page lets radclient in with the shown secret", async () => {
  const page = await administrator(browser, postern);
  page.expected = [/status of 404/]; // no property mappings of RADIUS here: replies are rules
  await admin(page, "/core/providers");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page.getByRole("button", { name: /RADIUS provider/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.locator("#field-name").fill("gear");
  await dialog.locator("#field-authorization_flow").selectOption({ label: "Welcome (default-authentication-flow)" });
  await dialog.locator("#field-invalidation_flow").selectOption({ label: "Logout (default-invalidation-flow)" });
  await dialog.getByRole("button", { name: "Generate" }).click();
  await look(page, "admin-radius-form");
  await dialog.getByRole("button", { name: "Create" }).click();
  await page.getByRole("link", { name: "gear" }).click();
  await page.getByText("No application has this provider").waitFor();
  const secret = await page.getByRole("textbox", { name: "Shared secret" }).innerText();
  await admin(page, "/core/applications");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await dialog.locator("#field-name").fill("Gear");
  assert.equal(await dialog.locator("#field-slug").inputValue(), "gear");
  await dialog.locator("#field-provider").selectOption({ label: "gear (Radius Provider)" });
  await dialog.getByRole("button", { name: "Create" }).click();
  await page.getByRole("link", { name: "Gear" }).waitFor();
  const words = ["-x", postern.at.radius, "auth", secret];
  const said = execFileSync("radclient", words, { encoding: "utf8", input: `User-Name = "akadmin", User-Password = "${kPassword}"\n` });
  assert.match(said, /Access-Accept/);
  calm(page);
  await page.context().close();
});

test("stages of a flow change their order", async () => {
  const page = await administrator(browser, postern);
  await admin(page, "/flow/flows/default-user-settings-flow");
  await page.getByRole("button", { name: "Move default-user-settings-write up" }).click();
  const first = page.locator("tbody tr").first();
  await first.getByText("default-user-settings-write").waitFor();
  await page.getByRole("button", { name: "Move default-user-settings-write down" }).click();
  await first.getByText("default-user-settings-write").waitFor({ state: "detached" });
  await page.context().close();
});

test("a flow's layout and background are those of its form", async () => {
  const page = await administrator(browser, postern);
  await admin(page, "/flow/flows");
  await page.getByRole("row").filter({ hasText: "default-authentication-flow" }).getByRole("button", { name: "Edit Welcome", exact: true }).click();
  const form = page.getByRole("dialog");
  await form.locator("details.more > summary").click();
  await form.locator("#field-layout").selectOption({ label: "In a bar on the right" });
  await form.locator("#field-background").fill("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'%3E%3Crect width='9' height='5' fill='teal'/%3E%3C/svg%3E");
  await form.getByRole("button", { name: "Save", exact: true }).click();
  await form.waitFor({ state: "detached" });
  calm(page);
  await page.context().close();
  const visitor = await visit(browser, postern);
  await visitor.goto("/if/flow/default-authentication-flow/");
  const box = visitor.locator(".flow-page.is-right.is-bar .pf-v6-c-login__container");
  await box.waitFor();
  const at = await box.boundingBox();
  assert.equal(at.x + at.width, 1280);
  assert.match(await visitor.locator(".flow-page").evaluate((one) => getComputedStyle(one).backgroundImage), /^url\("data:image\/svg/);
  await look(visitor, "flow-in-a-bar");
  calm(visitor);
  await visitor.context().close();
});

test("TOTP: set up on the page, password;code binds over LDAP, the next login asks for a code", async () => {
  const made = await Postern.start();
  try {
    const page = await visit(browser, made);
    await signIn(page);
    await arrived(page, "/if/user/");
    await page.goto(`${settings("page-mfa")}`);
    const link = page.locator('a[href*="/flows/-/configure/"]').filter({ hasText: /TOTP|authenticator app/i });
    await link.first().click();
    await page.locator(".qr").waitFor();
    await look(page, "flow-totp");
    const secret = await page.getByRole("textbox", { name: "Secret" }).innerText();
    await page.getByRole("textbox", { name: "Code" }).fill("000000");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.locator("#code-error").waitFor();
    await page.getByRole("textbox", { name: "Code" }).fill(totp(secret));
    await page.getByRole("button", { name: "Continue" }).click();
    await arrived(page, "/if/user/");
    await page.getByRole("row").filter({ hasText: "TOTP" }).waitFor();
    assert.equal(made.bind("akadmin", kPassword), 49);
    // The next step of the clock: the code of this one has been used.
    assert.equal(made.bind("akadmin", `${kPassword};${totp(secret, Date.now() + 30_000)}`), 0);
    const next = await visit(browser, made);
    await signIn(next);
    await next.getByLabel("Code").waitFor();
    await look(next, "flow-code");
  } finally {
    await made.stop();
  }
});
