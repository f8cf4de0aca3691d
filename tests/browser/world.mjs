// A postern of its own for each test file, and a browser before it. Everything that a page says on its
// console, every request that its policy refused, fails the test that was running.
import { execFileSync, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import assert from "node:assert/strict";

export const kRoot = fileURLToPath(new URL("../../", import.meta.url));
const require = createRequire(join(kRoot, "web/package.json"));
const { chromium } = require("playwright-core");
const kAxe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

export const kBinary = process.env.POSTERN ?? join(kRoot, "build/release/postern");
export const kPassword = "correct horse 7 battery";
// Pictures of every page, for people to look at.
export const kShots = process.env.POSTERN_SHOTS ?? join(kRoot, "build/screenshots");

const kCalm = "login: {throttle: off}\n";

// One that nobody listens at now.
function freePort() {
  return new Promise((done, failed) => {
    const asked = createServer();
    asked.on("error", failed);
    asked.listen(0, "127.0.0.1", () => {
      const { port } = asked.address();
      asked.close(() => done(port));
    });
  });
}

export class Postern {
  // `listen`: more lines of that section. `named`: with the address in its configuration under which it is visited, as security keys want it.
  static async start(settings = `bootstrap: {password: ${JSON.stringify(kPassword)}}\n`, { named = false, listen = "" } = {}) {
    const made = new Postern();
    made.port = named ? await freePort() : 0;
    const base = named ? `base_url: http://localhost:${made.port}\n` : "";
    const own = process.env.POSTERN_WEB_DEV ? 0 : made.port;
    made.folder = mkdtempSync(join(tmpdir(), "postern-web-"));
    made.config = join(made.folder, "postern.yaml");
    writeFileSync(
      made.config,
      `state_dir: ${made.folder}/state\nlisten:\n  ldap: 127.0.0.1:0\n  ldaps: 127.0.0.1:0\n  radius: 127.0.0.1:0\n` +
        `  http: 127.0.0.1:${own}\n${listen}${base}${kCalm}${settings}`,
    );
    await made.serve();
    return made;
  }

  async serve() {
    this.log = "";
    this.process = spawn(kBinary, ["--config", this.config, "serve"], { stdio: ["ignore", "pipe", "pipe"] });
    this.process.stderr.setEncoding("utf8").on("data", (text) => (this.log += text));
    const ready = await new Promise((done, failed) => {
      let text = "";
      this.process.stdout.setEncoding("utf8").on("data", (part) => {
        text += part;
        const line = /^ready .*$/m.exec(text);
        if (line) done(line[0]);
      });
      this.process.on("exit", (code) => failed(new Error(`postern ended with ${code}\n${this.log}`)));
    });
    this.at = Object.fromEntries(ready.split(" ").slice(1).map((word) => word.split("=")));
    this.url = `http://localhost:${this.at.http.split(":").pop()}`;
    if (process.env.POSTERN_WEB_DEV) {
      const { serve } = await import(join(kRoot, "web/dev.mjs"));
      this.dev = await serve(`http://${this.at.http}`, this.port);
      this.url = `http://localhost:${this.dev.address().port}`;
    }
  }

  run(...words) {
    return execFileSync(kBinary, ["--config", this.config, ...words], { encoding: "utf8" });
  }

  // The result code of a bind.
  bind(user, password) {
    const dn = `cn=${user},ou=users,dc=ldap,dc=goauthentik,dc=io`;
    const options = ["-x", "-H", `ldap://${this.at.ldap}`, "-D", dn, "-w", password];
    try {
      execFileSync("ldapwhoami", options, { stdio: "pipe" });
      return 0;
    } catch (error) {
      return error.status;
    }
  }

  // What a line prints, typed into a shell.
  shell(line) {
    return execFileSync("/bin/sh", ["-c", line], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  }

  async stop() {
    this.dev?.closeAllConnections?.();
    this.dev?.close();
    this.process.removeAllListeners("exit");
    const ended = new Promise((done) => this.process.on("exit", done));
    this.process.kill("SIGTERM");
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export async function openBrowser() {
  const path = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((one) => existsSync(one));
  assert.ok(path, "chromium is not installed (apt-get install chromium)");
  return chromium.launch({ executablePath: path, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

// A visitor of its own: cookies, a page, and what went wrong on it.
export async function visit(browser, postern, options = {}) {
  const context = await browser.newContext({ locale: "en-US", baseURL: postern.url, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.troubles = [];
  page.expected = [];
  const note = (text) => {
    if (!page.expected.some((one) => one.test(text))) page.troubles.push(text);
  };
  page.on("console", (message) => {
    if (message.type() === "error") note(`${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => note(String(error.stack ?? error)));
  return page;
}

// Troubles of a page end its test. What is told of a request that was refused on purpose is expected.
export function calm(page) {
  assert.deepEqual(page.troubles, []);
}

export async function signIn(page, user = "akadmin", password = kPassword, next = "/if/user/") {
  await page.goto(`/flows/-/default/authentication/?next=${encodeURIComponent(next)}`);
  await page.getByLabel(/Email or username/).fill(user);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByLabel("Password", { exact: false }).and(page.locator("input[type=password]")).fill(password);
  await page.getByRole("button", { name: "Continue" }).click();
}

export async function arrived(page, path) {
  await page.waitForURL((url) => url.pathname === path);
  await page.locator("#main").waitFor();
}

export const settings = (page) => `/if/user/#/settings;${encodeURIComponent(JSON.stringify({ page }))}`;

// A visitor who has signed in as the administrator.
export async function administrator(browser, postern) {
  const page = await visit(browser, postern);
  await signIn(page);
  await arrived(page, "/if/user/");
  return page;
}

export async function admin(page, route) {
  await page.goto("about:blank"); // else a change of the hash alone
  await page.goto(`/if/admin/#${route}`);
  await page.locator("#main h1").waitFor();
}

// The API with the page's own session: {status, body}.
export function api(page, method, path, body) {
  return page.evaluate(
    async ([verb, where, sent]) => {
      const csrf = /authentik_csrf=([^;]*)/.exec(document.cookie)?.[1] ?? "";
      const headers = { "Content-Type": "application/json", "X-authentik-CSRF": csrf };
      const answer = await fetch(`/api/v3${where}`, { method: verb, headers, ...(sent === undefined ? {} : { body: JSON.stringify(sent) }) });
      const text = await answer.text();
      return { status: answer.status, body: text ? JSON.parse(text) : null };
    },
    [method, path, body],
  );
}

// The object of a list that has the value; undefined = none has.
export async function found(page, path, name, value) {
  const { body } = await api(page, "GET", `${path}?page_size=100`);
  return body.results.find((one) => one[name] === value);
}

// Events are written behind the requests and logins that they tell of: waits for one of this user and action.
export async function eventOf(page, username, action) {
  const end = Date.now() + 20_000;
  for (;;) {
    const { body } = await api(page, "GET", `/events/events/?username=${username}&action=${action}`);
    if (body.results.length > 0) return;
    assert.ok(Date.now() < end, `an event ${action} of ${username}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

// RFC 6238, SHA-1, 30 seconds, 6 digits.
export function totp(secret, at = Date.now()) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  let bits = "";
  for (const letter of secret.replace(/=+$/, "")) bits += letters.indexOf(letter).toString(2).padStart(5, "0");
  const key = Buffer.from(bits.match(/.{8}/g).map((octet) => parseInt(octet, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac("sha1", key).update(counter).digest();
  const offset = mac[19] & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

export async function shoot(page, name, theme = "light") {
  mkdirSync(kShots, { recursive: true });
  await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
  await page.waitForTimeout(50);
  await page.screenshot({ path: join(kShots, `${name}-${theme}.png`), fullPage: true });
}

// WCAG 2.1 A and AA, by axe, in both themes; a picture of each.
export async function look(page, name) {
  for (const theme of ["light", "dark"]) {
    await shoot(page, name, theme);
    // The policy of the page lets no script in but its own; axe comes in beside it.
    const found = await inPage(page);
    const told = found.map((one) => `${one.id}: ${one.nodes.map((node) => `${node.target} ${node.failureSummary}`).join(" | ")}`);
    assert.deepEqual(told, [], `axe on ${name} in the ${theme} theme`);
  }
  await page.emulateMedia({ colorScheme: null });
}

async function inPage(page) {
  await page.evaluate(kAxe);
  return page.evaluate(async () => {
    const options = { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] };
    return (await window.axe.run(document, options)).violations;
  });
}
