#!/usr/bin/env node
// How soon the pages of the web interface are there, in headless Chromium before the real binary on
// loopback: the login page from the request to a field that takes keys; a list of many users, its next
// page, its last one, and searches in it, each from the click or the last key to the rows on the screen.
//   bench/population.py --users 100000 --base dc=ldap,dc=goauthentik,dc=io /tmp/people.ldif
//   POSTERN=build/release/postern node bench/pages.mjs /tmp/people.ldif [rounds]
// Prints the median and the slowest of the rounds, in milliseconds. What is typed settles for 200 ms
// before it is searched for; that wait is not counted.
import { Postern, arrived, openBrowser, signIn, visit } from "../tests/browser/world.mjs";

const [people, rounds = "9"] = process.argv.slice(2);
const postern = await Postern.start();
if (people) console.log(postern.run("import", people).trim());
const browser = await openBrowser();

function tell(name, times) {
  const sorted = [...times].sort((a, b) => a - b);
  const figure = (value) => value.toFixed(0).padStart(6);
  console.log(`${name.padEnd(44)}${figure(sorted[Math.floor(sorted.length / 2)])}${figure(sorted.at(-1))}`);
}

async function several(name, once) {
  const times = [];
  for (let round = 0; round < Number(rounds); round++) times.push(await once(round));
  tell(name, times);
}

console.log(`${"".padEnd(44)}median   max`);
for (const [name, cold] of [["login page, nothing in the cache", true], ["login page, once more", false]]) {
  let kept = null;
  await several(name, async () => {
    const page = cold || !kept ? await visit(browser, postern) : kept;
    if (!cold && !kept) await page.goto("/if/flow/default-authentication-flow/");
    kept = page;
    await page.goto("/if/flow/default-authentication-flow/", { waitUntil: "commit" });
    await page.locator("#uid_field").waitFor();
    // By the page's own clock, which starts with the request.
    const time = await page.evaluate(() => performance.getEntriesByName("first-stage")[0]?.startTime ?? performance.now());
    if (cold) await page.context().close();
    return time;
  });
}

if (!people) {
  await browser.close();
  await postern.stop();
  process.exit(0);
}
const page = await visit(browser, postern, { viewport: { width: 1280, height: 900 } });
try {
  await signIn(page);
} catch (problem) {
  console.error(page.url(), await page.locator("body").innerText(), page.troubles);
  throw problem;
}
await arrived(page, "/if/user/");
await page.goto("/if/admin/#/identity/users");
await page.locator("tbody tr").nth(5).waitFor();

// From the deed to other rows in the table and a frame that shows them.
function until(deed) {
  return page.evaluate(
    ([what, value]) =>
      new Promise((done) => {
        const table = () => document.querySelector("tbody")?.textContent ?? "";
        const before = table();
        const began = { at: performance.now() };
        const watch = new MutationObserver(() => {
          // No rows: being read, or there are none.
          const none = table() === "" && document.querySelector("#main .pf-v6-c-empty-state") !== null;
          if (table() === before || (table() === "" && !none)) return;
          watch.disconnect();
          requestAnimationFrame(() => setTimeout(() => done(performance.now() - began.at)));
        });
        watch.observe(document.querySelector("#main"), { childList: true, subtree: true, characterData: true });
        if (what === "click") [...document.querySelectorAll("nav.pages button")].at(-1).click();
        if (what === "sort") document.querySelector("thead button").click();
        if (what === "page") location.hash = `#/identity/users;${encodeURIComponent(JSON.stringify({ page: value }))}`;
        if (what === "search") {
          const field = document.querySelector('#main input[type="search"]');
          field.value = value;
          // The wait for more keys ends 200 ms after this one.
          began.at = performance.now() + 200;
          field.dispatchEvent(new InputEvent("input", { bubbles: true }));
        }
      }),
    deed,
  );
}

const total = await page.locator("nav.pages [role=status]").innerText();
console.log(total);
await several("list of users, next page", () => until(["click"]));
await several("list of users, far page", (round) => until(["page", 1000 + round]));
await page.goto("/if/user/");
await page.goto("/if/admin/#/identity/users");
await page.locator("tbody tr").nth(5).waitFor();
await several("list of users, the other order", () => until(["sort"]));
const words = ["user17", "user4711", "user9", "liddell", "user99", "user1234", "ma", "user50 ", "example"];
await several("list of users, search", (round) => until(["search", words[round % words.length]]));

await browser.close();
await postern.stop();
