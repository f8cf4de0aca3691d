// The bell of the header: what somebody was told of is counted, listed, leads to its event, and is marked
// as seen; by keyboard alone as well.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";

import { Postern, admin, administrator, api, calm, found, kPassword, look, openBrowser, shoot, signIn } from "./world.mjs";

let browser, postern, page;

before(async () => {
  browser = await openBrowser();
  postern = await Postern.start();
  page = await administrator(browser, postern);
});
after(async () => {
  await postern?.stop();
  await browser?.close();
});

const dialog = () => page.getByRole("dialog", { name: "Notifications" });
const bell = (name) => page.getByRole("button", { name, exact: true });

async function unseen() {
  return (await api(page, "GET", "/events/notifications/?seen=false")).body.pagination.count;
}

// Told behind the event, which is written behind the login.
async function untilTold(count) {
  const end = Date.now() + 20_000;
  while ((await unseen()) < count) {
    assert.ok(Date.now() < end, `${count} notifications`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

// A transport that is tried out tells whoever tries it.
async function tried() {
  const local = await found(page, "/events/transports/", "mode", "local");
  await api(page, "POST", `/events/transports/${local.pk}/test/`);
}

// Failed logins are told to the administrators, in this interface.
async function rule() {
  const group = await found(page, "/core/groups/", "name", "authentik Admins");
  const transport = await found(page, "/events/transports/", "mode", "local");
  const { body: policy } = await api(page, "POST", "/policies/event_matcher/", { name: "guesses", action: "login_failed" });
  const { body: made } = await api(page, "POST", "/events/rules/", { name: "guesses", severity: "alert", destination_group: group.pk, transports: [transport.pk] });
  await api(page, "POST", "/policies/bindings/", { target: made.pk, policy: policy.pk, order: 0 });
}

test("without any the bell says so", async () => {
  await bell("Notifications").click();
  await dialog().getByText("No new notifications").waitFor();
  await look(page, "user-notifications-none");
  await page.keyboard.press("Escape");
  await dialog().waitFor({ state: "detached" });
  calm(page);
});

test("what an administrator is told of leads to its event and is marked as seen", async () => {
  await rule();
  postern.bind("akadmin", "no");
  await tried();
  await untilTold(2);
  await admin(page, "/administration/overview");
  await bell("2 new notifications").click();
  const notices = dialog().getByRole("listitem");
  await notices.nth(1).waitFor();
  assert.equal(await notices.count(), 2);
  await look(page, "admin-notifications");
  // Of no event: a test.
  const ofTest = notices.filter({ hasText: "Test Notification from transport" });
  assert.equal(await ofTest.getByRole("link").count(), 0);
  await ofTest.getByRole("button", { name: "Mark as seen: Test Notification from transport" }).click();
  await bell("One new notification").waitFor({ state: "attached" });
  assert.equal(await unseen(), 1);
  await notices.filter({ hasText: "Alert" }).first().getByRole("link", { name: "Show the event" }).click();
  await dialog().waitFor({ state: "detached" });
  await page.getByRole("heading", { name: "Context" }).waitFor();
  await page.getByText(/login_failed/).first().waitFor();
  calm(page);
});

test("by keyboard: opened, all marked as seen, closed; the focus comes back", async () => {
  await tried();
  await untilTold(2);
  await page.goto("/if/user/");
  await bell("2 new notifications").focus();
  await page.keyboard.press("Enter");
  await dialog().getByRole("listitem").first().waitFor();
  await page.setViewportSize({ width: 360, height: 740 });
  await shoot(page, "small-notifications");
  await page.setViewportSize({ width: 1280, height: 720 });
  await dialog().getByRole("button", { name: "Mark all as seen" }).focus();
  await page.keyboard.press("Enter");
  await dialog().getByText("No new notifications").waitFor();
  assert.equal(await unseen(), 0);
  await page.keyboard.press("Escape");
  await dialog().waitFor({ state: "detached" });
  await bell("Notifications").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-haspopup")), "dialog");
  calm(page);
});

test("the bell asks anew by itself, and lets an idle session end", async () => {
  const context = await browser.newContext({ baseURL: postern.url, locale: "en-US" });
  const other = await context.newPage();
  await other.clock.install();
  await signIn(other, "akadmin", kPassword);
  await other.getByRole("button", { name: "Notifications", exact: true }).waitFor();
  await tried();
  await other.clock.runFor(61_000);
  await other.getByRole("button", { name: "One new notification", exact: true }).waitFor();
  // With nobody there it says that it asks by itself: so it does not keep an idle session going.
  const asked = other.waitForRequest((request) => request.url().includes("/events/notifications/"));
  await other.clock.runFor(61_000);
  assert.equal((await asked).headers()["x-postern-background"], "1");
  await context.close();
  await api(page, "POST", "/events/notifications/mark_all_seen/");
});

test("somebody else sees none of them", async () => {
  await api(page, "POST", "/core/users/", { username: "bob", name: "Bob" });
  const bob = await found(page, "/core/users/", "username", "bob");
  await api(page, "POST", `/core/users/${bob.pk}/set_password/`, { password: "a hill of beans 42" });
  await tried();
  await untilTold(1);
  const other = await browser.newContext({ baseURL: postern.url, locale: "en-US" });
  const theirs = await other.newPage();
  await signIn(theirs, "bob", "a hill of beans 42");
  await theirs.getByRole("button", { name: "Notifications", exact: true }).click();
  await theirs.getByRole("dialog").getByText("No new notifications").waitFor();
  await other.close();
});
