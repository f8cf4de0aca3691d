// Second factors and ways in besides the password: security keys by Chromium's virtual authenticator, codes
// on paper, invitations, mailed links.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { createServer } from "node:http";

import { Postern, administrator, api, arrived, calm, found, kPassword, look, openBrowser, settings, signIn, visit } from "./world.mjs";

let browser, postern;

before(async () => {
  browser = await openBrowser();
  postern = await Postern.start(undefined, { named: true });
});
after(async () => {
  await postern?.stop();
  await browser?.close();
});

const kSecret = "nine white horses 4";

async function member(page, username) {
  const { body: user } = await api(page, "POST", "/core/users/", { username, name: username });
  assert.equal((await api(page, "POST", `/core/users/${user.pk}/set_password/`, { password: kSecret })).status, 204);
  return user;
}

// A key in the page's device that says yes by itself.
async function withKey(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { cdp, authenticatorId };
}

async function enrolKey(page) {
  await page.goto(settings("page-mfa"));
  await page.locator('a[href*="/flows/-/configure/"]').filter({ hasText: /security key|WebAuthn/i }).first().click();
  await arrived(page, "/if/user/");
  await page.getByRole("row").filter({ hasText: "WebAuthn" }).waitFor();
}

test("WebAuthn: a key is registered, asked for at the next login, renamed and deleted", async () => {
  const root = await administrator(browser, postern);
  await member(root, "wilma");
  const page = await visit(browser, postern);
  const { cdp, authenticatorId } = await withKey(page);
  await signIn(page, "wilma", kSecret);
  await arrived(page, "/if/user/");
  await enrolKey(page);
  assert.equal((await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials.length, 1);

  await page.context().clearCookies();
  await signIn(page, "wilma", kSecret); // the key answers by itself
  await arrived(page, "/if/user/");

  // A key that nobody touches is waited for; the page may be loaded again meanwhile.
  await page.context().clearCookies();
  await cdp.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled: false });
  await signIn(page, "wilma", kSecret);
  await page.getByText("Use your security key or passkey.").first().waitFor();
  await look(page, "flow-webauthn");
  await cdp.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled: true });
  await page.reload();
  await arrived(page, "/if/user/");

  await page.goto(settings("page-mfa"));
  await page.getByRole("button", { name: /^Rename/ }).click();
  await page.locator("#device-name").fill("Key ring");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await page.getByRole("cell", { name: "Key ring", exact: true }).waitFor();
  await look(page, "user-devices-webauthn");
  await page.getByRole("button", { name: "Delete Key ring" }).click();
  await page.getByText("This is the last device").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("No MFA devices").waitFor();
  calm(page);
  await page.context().close();
  await root.context().close();
});

test("WebAuthn: a passkey alone logs in, and no other account's", async () => {
  const root = await administrator(browser, postern);
  await member(root, "paula");
  // A flow that asks for a key and for nothing else, offered beside the name.
  const { body: flow } = await api(root, "POST", "/flows/instances/", {
    name: "Passwordless", slug: "passwordless", title: "Use your passkey", designation: "authentication", authentication: "require_unauthenticated",
  });
  const { body: stage } = await api(root, "POST", "/stages/authenticator/validate/", {
    name: "passkey", device_classes: ["webauthn"], not_configured_action: "deny", webauthn_user_verification: "required",
  });
  const login = await found(root, "/stages/user_login/", "name", "default-authentication-login");
  for (const [index, pk] of [stage.pk, login.pk].entries()) {
    assert.equal((await api(root, "POST", "/flows/bindings/", { target: flow.pk, stage: pk, order: index * 10 })).status, 201);
  }
  const identification = await found(root, "/stages/identification/", "name", "default-authentication-identification");
  assert.equal((await api(root, "PATCH", `/stages/identification/${identification.pk}/`, { passwordless_flow: flow.pk })).status, 200);

  const page = await visit(browser, postern);
  const { cdp, authenticatorId } = await withKey(page);
  await signIn(page, "paula", kSecret);
  await arrived(page, "/if/user/");
  await enrolKey(page);
  await page.context().clearCookies();
  await page.goto("/flows/-/default/authentication/?next=%2Fif%2Fuser%2F");
  await page.getByRole("link", { name: "Use a security key" }).click();
  await page.waitForURL((url) => url.pathname === "/if/user/" || url.pathname === "/");
  await page.goto("/if/user/");
  assert.equal((await api(page, "GET", "/core/users/me/")).body.user.username, "paula");

  // Without its credential the key opens nothing.
  await page.context().clearCookies();
  await cdp.send("WebAuthn.clearCredentials", { authenticatorId });
  await page.goto("/if/flow/passwordless/");
  await page.getByRole("button", { name: "Try again" }).waitFor();
  await look(page, "flow-passwordless-refused");
  calm(page);
  await page.context().close();
  assert.equal((await api(root, "PATCH", `/stages/identification/${identification.pk}/`, { passwordless_flow: null })).status, 200);
  await root.context().close();
});

test("codes on paper: stored, each logs in once, the picker remembers", async () => {
  const root = await administrator(browser, postern);
  await member(root, "stan");
  const page = await visit(browser, postern);
  await signIn(page, "stan", kSecret);
  await arrived(page, "/if/user/");
  await page.goto(settings("page-mfa"));
  await page.locator('a[href*="/flows/-/configure/"]').filter({ hasText: /static|printed|recovery code/i }).first().click();
  const list = page.locator(".codes code");
  await list.first().waitFor();
  const codes = await list.allInnerTexts();
  assert.equal(codes.length, 6);
  await look(page, "flow-static-codes");
  await page.evaluate(() => (window.print = () => (window.printed = true)));
  await page.getByRole("button", { name: "Print" }).click();
  assert.equal(await page.evaluate(() => window.printed), true);
  await page.getByRole("button", { name: "I have stored them" }).click();
  await arrived(page, "/if/user/");
  await page.getByRole("row").filter({ hasText: "Static" }).waitFor();

  const enter = async (code) => {
    await page.context().clearCookies();
    await signIn(page, "stan", kSecret);
    await page.getByLabel("Code").fill(code);
    await page.getByRole("button", { name: "Continue" }).click();
  };
  await enter(codes[2]);
  await arrived(page, "/if/user/");
  await enter(codes[2]); // used
  await page.locator("#code-error").waitFor();
  await page.getByLabel("Code").fill(codes[3]);
  await page.getByRole("button", { name: "Continue" }).click();
  await arrived(page, "/if/user/");
  // Over LDAP, too, each is good for once.
  assert.equal(postern.bind("stan", `${kSecret};${codes[0]}`), 0);
  assert.equal(postern.bind("stan", `${kSecret};${codes[0]}`), 49);
  calm(page);
  await page.context().close();
  await root.context().close();
});

test("an invitation makes an account, once", async () => {
  const root = await administrator(browser, postern);
  const flow = await found(root, "/flows/instances/", "slug", "default-enrollment-flow");
  const { body: invitation } = await api(root, "POST", "/stages/invitation/invitations/", {
    name: "for-ida", flow: flow.pk, single_use: true, expires: "2040-01-01T00:00:00Z", fixed_data: { email: "ida@example.org" },
  });
  const page = await visit(browser, postern);
  await page.goto(`/if/flow/default-enrollment-flow/?itoken=${invitation.pk}`);
  assert.equal(await page.getByLabel("Email").inputValue(), "ida@example.org");
  await look(page, "flow-enrolment");
  await page.getByLabel("Username").fill("akadmin"); // taken
  await page.locator("#name").fill("Ida");
  await page.locator("#password").fill(kSecret);
  await page.locator("#password_repeat").fill(kSecret);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.locator('[role="alert"], #username-error').first().waitFor();
  await page.getByLabel("Username").fill("ida");
  await page.locator("#password").fill(kSecret);
  await page.locator("#password_repeat").fill(kSecret);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/if/flow/"));
  assert.equal(postern.bind("ida", kSecret), 0);
  calm(page);

  const second = await visit(browser, postern);
  await second.goto(`/if/flow/default-enrollment-flow/?itoken=${invitation.pk}`);
  await second.getByText("Request has been denied.").waitFor();
  await look(second, "flow-denied");
  await second.context().close();
  await page.context().close();
  await root.context().close();
});

test("the script of a captcha is let in from the address that the stage names, and from no other", async () => {
  const kWidget = `
    window.turnstile = {
      render(place, options) {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = "I am no robot";
        button.onclick = () => options.callback("solved:" + options.sitekey);
        place.append(button);
      },
    };`;
  const asked = [];
  const fake = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      asked.push(`${request.method} ${request.url} ${body}`);
      if (request.url === "/api.js") {
        response.writeHead(200, { "content-type": "text/javascript" }).end(kWidget);
      } else {
        const right = body.includes("solved%3Asite-key") || body.includes("solved:site-key");
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ success: right, score: 0.9 }));
      }
    });
  });
  await new Promise((done) => fake.listen(0, "127.0.0.1", done));
  const where = `http://127.0.0.1:${fake.address().port}`;
  const root = await administrator(browser, postern);
  try {
    const { body: stage } = await api(root, "POST", "/stages/captcha/", {
      name: "robots", public_key: "site-key", private_key: "secret", js_url: `${where}/api.js`, api_url: `${where}/verify`, interactive: true,
    });
    assert.ok(stage.pk, JSON.stringify(stage));
    const { body: flow } = await api(root, "POST", "/flows/instances/", { name: "Robots", slug: "robots", title: "Who are you?", designation: "authentication", authentication: "none" });
    const identification = await found(root, "/stages/identification/", "name", "default-authentication-identification");
    for (const [index, pk] of [stage.pk, identification.pk].entries()) {
      await api(root, "POST", "/flows/bindings/", { target: flow.pk, stage: pk, order: index * 10 });
    }
    const page = await visit(browser, postern);
    const answer = await page.goto("/if/flow/robots/");
    const policy = answer.headers()["content-security-policy"];
    assert.match(policy, new RegExp(`script-src 'self' ${where.replace(/\./g, "\\.")}[ ;]`));
    assert.doesNotMatch(policy, /unsafe|script-src[^;]* \*/);
    await page.getByRole("button", { name: "I am no robot" }).click();
    await page.getByLabel(/Email or username/).waitFor();
    assert.ok(asked.some((one) => one.startsWith("POST /verify")), asked.join("\n"));
    calm(page);
    // Other flows let in nothing of it.
    const other = await page.goto("/if/flow/default-authentication-flow/");
    assert.doesNotMatch(other.headers()["content-security-policy"], /127\.0\.0\.1/);
    await page.context().close();
  } finally {
    fake.close();
    await root.context().close();
  }
});

test("after many wrong answers the page still says what to do", async () => {
  const page = await visit(browser, postern);
  await page.goto("/if/flow/default-authentication-flow/?next=https%3A%2F%2Fevil.example.org%2F");
  await page.getByText("Invalid next URL").waitFor();
  await page.getByRole("link", { name: "Go to sign-in" }).waitFor();
  await page.goto("/if/flow/no-such-flow/");
  await page.getByRole("heading", { name: "Not found" }).waitFor();
  await look(page, "plain-not-found");
  await page.goto("/recovery/use-token/this-is-no-key-at-all-but-long/");
  await page.getByText("This link is not valid").waitFor();
  await page.context().close();
});
