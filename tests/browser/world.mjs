// A postern of its own for each test file, and a browser before it. Everything that a page says on its
// console, every request that its policy refused, fails the test that was running.
import { execFileSync, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
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

export class Postern {
  static async start(settings = `bootstrap: {password: ${JSON.stringify(kPassword)}}\n`) {
    const made = new Postern();
    made.folder = mkdtempSync(join(tmpdir(), "postern-web-"));
    made.config = join(made.folder, "postern.yaml");
    writeFileSync(
      made.config,
      `state_dir: ${made.folder}/state\nlisten:\n  ldap: 127.0.0.1:0\n  ldaps: 127.0.0.1:0\n  radius: 127.0.0.1:0\n` +
        `  http: 127.0.0.1:0\n${kCalm}${settings}`,
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
      this.dev = await serve(`http://${this.at.http}`);
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
  page.setDefaultTimeout(10_000);
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

// WCAG 2.1 A and AA, by axe, in both themes; a picture of each.
export async function look(page, name) {
  mkdirSync(kShots, { recursive: true });
  for (const theme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await page.waitForTimeout(50);
    await page.screenshot({ path: join(kShots, `${name}-${theme}.png`), fullPage: true });
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
