// Connections of network gear, as RADIUS accounting tells of them, are ended from the pages: the gear is sent
// a Disconnect-Request (RFC 5176). So are leases of codes, by which an application logs in again and again.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createSocket } from "node:dgram";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import assert from "node:assert/strict";

import { Postern, admin, administrator, api, arrived, calm, kPassword, look, openBrowser, settings, shoot, signIn, totp, visit } from "./world.mjs";

const kSecret = "seven-dwarfs-and-more";
const kDisconnectAck = 41;
const kAcctSessionId = 44;

let browser, postern, page, gear;
const ended = [];

before(async () => {
  browser = await openBrowser();
  postern = await Postern.start(undefined, { listen: "  radius_accounting: 127.0.0.1:0\n" });
  gear = await listening();
  const blueprint = join(postern.folder, "vpn.yaml");
  writeFileSync(
    blueprint,
    `version: 1
entries:
  - model: authentik_providers_radius.radiusprovider
    id: vpn
    identifiers: {name: vpn}
    attrs:
      client_networks: 127.0.0.0/8
      shared_secret: ${kSecret}
      attributes: {postern: {coa_port: ${gear.address().port}}}
      authorization_flow: !Find [authentik_flows.flow, [slug, default-authentication-flow]]
  - model: authentik_core.application
    identifiers: {slug: vpn}
    attrs: {name: VPN, provider: !KeyOf vpn}
`,
  );
  postern.run("apply", blueprint);
  page = await administrator(browser, postern);
});
after(async () => {
  gear?.close();
  await postern?.stop();
  await browser?.close();
});

// Gear that ends every connection that it is told to end.
function listening() {
  const socket = createSocket("udp4");
  socket.on("message", (request, from) => {
    for (let at = 20; at < request.length; at += request[at + 1]) {
      if (request[at] === kAcctSessionId) ended.push(request.toString("utf8", at + 2, at + request[at + 1]));
    }
    const head = Buffer.from([kDisconnectAck, request[1], 0, 20]);
    const authenticator = createHash("md5").update(head).update(request.subarray(4, 20)).update(kSecret).digest();
    socket.send(Buffer.concat([head, authenticator]), from.port, from.address);
  });
  return new Promise((done) => socket.bind(0, "127.0.0.1", () => done(socket)));
}

function radclient(at, kind, attributes) {
  return execFileSync("radclient", ["-x", at, kind, kSecret], { encoding: "utf8", input: `${attributes}\n` });
}

// Lets somebody in, and tells of the connection.
function connect(user, password, session, station) {
  const answer = radclient(postern.at.radius, "auth", `User-Name = "${user}", User-Password = "${password}"`);
  const [, mark] = /Class = (0x[0-9a-f]+)/.exec(answer);
  const told = `Acct-Status-Type = Start, Acct-Session-Id = "${session}", User-Name = "${user}", NAS-Identifier = "gateway", NAS-IP-Address = 192.0.2.9`;
  radclient(postern.at.radius_accounting, "acct", `${told}, Calling-Station-Id = "${station}", Framed-IP-Address = 10.8.0.7, Class = ${mark}`);
}

async function until(what, holds) {
  for (const end = Date.now() + 20_000; !(await holds()); ) {
    assert.ok(Date.now() < end, what);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test("an administrator ends a connection, from the list of all and from the user's page", async () => {
  connect("akadmin", kPassword, "a1", "02-00-00-00-00-01");
  connect("akadmin", kPassword, "a2", "02-00-00-00-00-02");
  await admin(page, "/events/radius");
  await page.getByRole("button", { name: "Disconnect 02-00-00-00-00-01" }).click();
  await page.getByRole("dialog").getByText("akadmin – gateway – 02-00-00-00-00-01 – 10.8.0.7").waitFor();
  await look(page, "admin-disconnect");
  await page.getByRole("dialog").getByRole("button", { name: "Disconnect", exact: true }).click();
  await page.getByRole("row").filter({ hasText: "02-00-00-00-00-01" }).getByText("Ending").waitFor();
  await until("the gear is told to end a1", () => ended.includes("a1"));
  const { body } = await api(page, "GET", "/core/users/?username=akadmin");
  await admin(page, `/identity/users/${body.results[0].pk};{"page":"sessions"}`);
  await page.getByRole("button", { name: "Disconnect 02-00-00-00-00-02" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Disconnect", exact: true }).click();
  await until("the gear is told to end a2", () => ended.includes("a2"));
  calm(page);
});

test("users end their own", async () => {
  const { body: user } = await api(page, "POST", "/core/users/", { username: "bob", name: "Bob" });
  await api(page, "POST", `/core/users/${user.pk}/set_password/`, { password: "a hill of beans 42" });
  connect("bob", "a hill of beans 42", "b1", "02-00-00-00-00-03");
  const theirs = await visit(browser, postern);
  await signIn(theirs, "bob", "a hill of beans 42");
  await arrived(theirs, "/if/user/");
  await theirs.goto(settings("page-sessions"));
  const buttons = theirs.getByRole("button", { name: /^Disconnect / });
  await buttons.first().waitFor();
  assert.equal(await buttons.count(), 1);
  await shoot(theirs, "user-networks");
  await buttons.click();
  await theirs.getByRole("dialog").getByRole("button", { name: "Disconnect", exact: true }).click();
  await theirs.getByText("The network device was asked to end it.").waitFor();
  await until("the gear is told to end b1", () => ended.includes("b1"));
  calm(theirs);
  await theirs.context().close();
});

test("an administrator ends the lease of a code", async () => {
  const { body: user } = await api(page, "POST", "/core/users/", { username: "carol", name: "Carol" });
  await api(page, "POST", `/core/users/${user.pk}/set_password/`, { password: "a pint of bitter 7" });
  const key = postern.run("device", "add-totp", "--user", "carol").match(/[?&]secret=([A-Z2-7]+)/)[1];
  const { body: providers } = await api(page, "GET", "/providers/ldap/");
  const blueprint = join(postern.folder, "lease.yaml");
  writeFileSync(
    blueprint,
    `version: 1
entries:
  - model: authentik_providers_ldap.ldapprovider
    identifiers: {name: ${providers.results[0].name}}
    attrs: {attributes: {postern: {login_lease: {idle: minutes=5, max: hours=8}}}}
`,
  );
  postern.run("apply", blueprint);
  const secret = `a pint of bitter 7;${totp(key)}`;
  assert.deepEqual([postern.bind("carol", secret), postern.bind("carol", secret)], [0, 0]);
  await admin(page, `/identity/users/${user.pk};{"page":"sessions"}`);
  const table = page.getByRole("table", { name: "Codes that may come again" });
  await table.getByText("127.0.0.1").waitFor();
  await look(page, "admin-leases");
  await table.getByRole("button", { name: /^Delete / }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
  await table.waitFor({ state: "detached" });
  assert.equal(postern.bind("carol", secret), 49);
  calm(page);
});
