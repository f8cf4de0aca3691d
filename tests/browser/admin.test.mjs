// Each kind of object that the administration manages: made, changed and deleted on its page; what the
// API then says of it is what was typed.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";

import { Postern, admin, administrator, api, calm, eventOf, found, kPassword, look, openBrowser } from "./world.mjs";

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

const dialog = () => page.getByRole("dialog");

// The form may still be on its way, and the field among those that are folded away.
async function unfold(field) {
  await field.waitFor({ state: "attached" });
  if (!(await field.isVisible())) await dialog().locator("details.more:not([open]) > summary").click();
  await field.waitFor();
}

// Into the fields of the form in the dialog: text, a choice's label, a tick, or the names to tick.
async function fill(values) {
  for (const [name, value] of Object.entries(values)) {
    if (Array.isArray(value)) {
      const group = dialog().getByRole("group", { name, exact: true, includeHidden: true });
      await unfold(group);
      for (const one of value) await group.getByLabel(one, { exact: true }).check();
      continue;
    }
    const field = dialog().locator(`#field-${name}`);
    await unfold(field);
    if (typeof value === "boolean") await field.setChecked(value);
    else if ((await field.evaluate((one) => one.tagName)) === "SELECT") await field.selectOption({ label: value });
    else await field.fill(value);
  }
}

async function save(name) {
  await dialog().getByRole("button", { name, exact: true }).last().click();
  await dialog().waitFor({ state: "detached" });
}

function holds(object, wanted, what) {
  for (const [name, value] of Object.entries(wanted)) assert.deepEqual(object[name], value, `${what}: ${name}`);
}

// `named`: what the list calls it, then what it is called once it is changed. `path`: of the API, where
// objects of that kind are; `key`: by which member they are addressed there.
async function madeChangedDeleted({ route, kind, path, named, fields, made = {}, change, changed = {}, key = "pk", by = "name", search }) {
  const [name, renamed] = named;
  await admin(page, search ? `${route};${JSON.stringify({ search })}` : route);
  await page.getByRole("button", { name: "Create", exact: true }).click();
  if (kind) await dialog().locator(".picker-item").filter({ has: page.getByText(kind, { exact: true }) }).click();
  await fill(fields);
  await save("Create");
  await page.getByLabel(`Select ${name}`, { exact: true }).waitFor();
  const object = await found(page, path, by, name);
  assert.ok(object, `the API has no ${name} at ${path}`);
  holds(object, made, `${name} as it was made`);

  await page.getByRole("button", { name: `Edit ${name}`, exact: true }).click();
  await fill(change);
  await save("Save");
  await page.getByLabel(`Select ${renamed}`, { exact: true }).waitFor();
  const after = await found(page, path, by, renamed);
  assert.ok(after, `the API has no ${renamed} at ${path}`);
  holds(after, changed, `${renamed} as it was changed`);

  await page.getByLabel(`Select ${renamed}`, { exact: true }).check();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await dialog().getByRole("button", { name: "Delete" }).click();
  await page.getByLabel(`Select ${renamed}`, { exact: true }).waitFor({ state: "detached" });
  assert.equal((await api(page, "GET", `${path}${encodeURIComponent(after[key])}/`)).status, 404);
}

const kLogin = "Welcome (default-authentication-flow)";
const kLogout = "Logout (default-invalidation-flow)";
const flows = { authorization_flow: kLogin, invalidation_flow: kLogout };

const kObjects = [
  {
    route: "/core/applications",
    path: "/core/applications/",
    key: "slug",
    named: ["Wiki", "Wiki 2"],
    fields: { name: "Wiki", group: "Office", meta_launch_url: "https://wiki.example.org/", meta_publisher: "Us" },
    made: { slug: "wiki", group: "Office", meta_launch_url: "https://wiki.example.org/", policy_engine_mode: "any" },
    change: { name: "Wiki 2", policy_engine_mode: "All bindings must let in", open_in_new_tab: true },
    changed: { slug: "wiki", policy_engine_mode: "all", open_in_new_tab: true, meta_publisher: "Us" },
  },
  {
    route: "/core/providers",
    kind: "LDAP provider",
    path: "/providers/ldap/",
    named: ["nas", "nas two"],
    fields: { name: "nas", ...flows, base_dn: "dc=nas,dc=example,dc=org" },
    made: { base_dn: "dc=nas,dc=example,dc=org", mfa_support: true, uid_start_number: 2000 },
    change: { name: "nas two", base_dn: "dc=two,dc=example,dc=org", mfa_support: false, uid_start_number: "5000" },
    changed: { base_dn: "dc=two,dc=example,dc=org", mfa_support: false, uid_start_number: 5000 },
  },
  {
    route: "/core/providers",
    kind: "RADIUS provider",
    path: "/providers/radius/",
    named: ["vpn", "vpn two"],
    fields: { name: "vpn", ...flows, client_networks: "192.0.2.0/24", shared_secret: "seven-dwarfs-and-more" },
    made: { client_networks: "192.0.2.0/24", shared_secret: "seven-dwarfs-and-more" },
    change: { name: "vpn two", client_networks: "192.0.2.0/24, 2001:db8::/32" },
    changed: { client_networks: "192.0.2.0/24, 2001:db8::/32", shared_secret: "seven-dwarfs-and-more" },
  },
  {
    route: "/core/property-mappings",
    kind: "RADIUS reply attributes",
    path: "/propertymappings/provider/radius/",
    named: ["lab", "laboratory"],
    fields: { name: "lab", expression: "return {vlan = 10}" },
    made: { expression: "return {vlan = 10}" },
    change: { name: "laboratory", expression: "return {vlan = 11}" },
    changed: { expression: "return {vlan = 11}" },
  },
  {
    route: "/core/property-mappings",
    kind: "Body or header fields of a webhook",
    path: "/propertymappings/notification/",
    named: ["chat", "chatter"],
    fields: { name: "chat", expression: "return {text = notification.body}" },
    made: { expression: "return {text = notification.body}" },
    change: { name: "chatter" },
    changed: { expression: "return {text = notification.body}" },
  },
  {
    route: "/identity/users",
    path: "/core/users/",
    by: "username",
    named: ["alice", "alice"],
    fields: { username: "alice", name: "Alice Liddell", email: "alice@example.org", attributes: '{"sn": "Liddell"}' },
    made: { name: "Alice Liddell", email: "alice@example.org", is_active: true, type: "internal", attributes: { sn: "Liddell" } },
    change: { name: "Alice L.", is_active: false, type: "External" },
    changed: { name: "Alice L.", email: "alice@example.org", is_active: false, type: "external" },
  },
  {
    route: "/identity/groups",
    path: "/core/groups/",
    named: ["staff", "crew"],
    fields: { name: "staff", attributes: '{"room": 7}' },
    made: { is_superuser: false, attributes: { room: 7 } },
    change: { name: "crew", is_superuser: true },
    changed: { is_superuser: true, attributes: { room: 7 } },
  },
  { route: "/identity/roles", path: "/rbac/roles/", named: ["helpers", "helpdesk"], fields: { name: "helpers" }, change: { name: "helpdesk" } },
  {
    route: "/core/tokens",
    path: "/core/tokens/",
    key: "identifier",
    by: "identifier",
    named: ["backup", "backup-two"],
    fields: { identifier: "backup", user: "akadmin – authentik Default Admin", intent: "API token", description: "nightly", expiring: false },
    made: { intent: "api", description: "nightly", expiring: false },
    change: { identifier: "backup-two", description: "weekly" },
    changed: { intent: "api", description: "weekly", expiring: false },
  },
  {
    route: "/flow/flows",
    path: "/flows/instances/",
    key: "slug",
    named: ["Doors", "Gates"],
    fields: { name: "Doors", title: "Come in", designation: "Enrolment", authentication: "Who is not logged in" },
    made: { slug: "doors", title: "Come in", designation: "enrollment", authentication: "require_unauthenticated" },
    change: { name: "Gates", title: "Come in, please", denied_action: "Say so" },
    changed: { slug: "doors", title: "Come in, please", denied_action: "message" },
  },
  {
    route: "/flow/stages/prompts",
    path: "/stages/prompt/prompts/",
    named: ["ask-phone", "ask-mobile"],
    fields: { name: "ask-phone", field_key: "attributes.phone", label: "Phone", type: "text", required: false, order: "30" },
    made: { field_key: "attributes.phone", label: "Phone", type: "text", required: false, order: 30 },
    change: { name: "ask-mobile", label: "Mobile", sub_text: "With +49" },
    changed: { label: "Mobile", sub_text: "With +49", required: false },
  },
  {
    route: "/flow/invitations",
    path: "/stages/invitation/invitations/",
    named: ["new-people", "newer-people"],
    fields: { name: "new-people", flow: "Enrollment (default-enrollment-flow)", expires: "2033-05-01T12:00", fixed_data: '{"email": "bob@example.org"}' },
    made: { single_use: true, fixed_data: { email: "bob@example.org" } },
    change: { name: "newer-people", single_use: false },
    changed: { single_use: false, fixed_data: { email: "bob@example.org" } },
  },
  {
    route: "/core/brands",
    path: "/core/brands/",
    key: "brand_uuid",
    by: "domain",
    named: ["wiki.example.org", "wiki.example.net"],
    fields: { domain: "wiki.example.org", branding_title: "Our wiki", flow_authentication: kLogin },
    made: { branding_title: "Our wiki", default: false },
    change: { domain: "wiki.example.net", branding_title: "The wiki" },
    changed: { branding_title: "The wiki" },
  },
  {
    route: "/outpost/outposts",
    path: "/outposts/instances/",
    named: ["branch office", "branch"],
    fields: { name: "branch office", type: "RADIUS" },
    made: { type: "radius", providers: [] },
    change: { name: "branch" },
  },
];

// Name and kind, how it begins, what is changed besides the name. The kinds' own required fields.
const kPolicies = [
  ["Password policy", "password", { length_min: "14", amount_digits: "2", error_message: "Longer!" }, { length_min: 14, amount_digits: 2 }],
  ["No reuse of passwords", "unique_password", { num_historical_passwords: "5" }, { num_historical_passwords: 5 }],
  ["Age of passwords", "password_expiry", { days: "90", deny_only: true }, { days: 90, deny_only: true }],
  ["Reputation", "reputation", { threshold: "-7", check_ip: false }, { threshold: -7, check_ip: false, check_username: true }],
  ["Place (GeoIP)", "geoip", { countries: "DE\nFR", asns: "64500", check_impossible_travel: true, impossible_tolerance_km: "70" }, { countries: ["DE", "FR"], asns: [64500], check_impossible_travel: true, impossible_tolerance_km: 70 }],
  ["Event", "event_matcher", { action: "Failed login", client_ip: "192.0.2.7", model: "authentik_core.user" }, { action: "login_failed", client_ip: "192.0.2.7", model: "authentik_core.user" }],
  ["Expression", "expression", { expression: "return true" }, { expression: "return true" }],
];

const kStages = [
  ["Identification", "identification", { case_insensitive_matching: false }, { user_fields: ["username", "email"], case_insensitive_matching: false }],
  ["Password", "password", { failed_attempts_before_cancel: "3" }, { failed_attempts_before_cancel: 3 }],
  ["Second factor", "authenticator/validate", { not_configured_action: "is refused" }, { not_configured_action: "deny" }],
  ["Set up an authenticator app", "authenticator/totp", { digits: "8", friendly_name: "App" }, { digits: "8", friendly_name: "App" }],
  ["Set up recovery codes", "authenticator/static", { token_count: "8" }, { token_count: 8, token_length: 12 }],
  ["Set up a security key", "authenticator/webauthn", { user_verification: "Required", "Offered first by the browser": ["Security key"] }, { user_verification: "required", hints: ["security-key"] }],
  ["Set up codes by e-mail", "authenticator/email", { token_expiry: "minutes=5" }, { token_expiry: "minutes=5" }],
  ["Set up codes by text message", "authenticator/sms", { provider: "Generic", from_number: "+491512345678", account_sid: "https://sms.example.org/", auth: "key" }, { provider: "generic", from_number: "+491512345678" }],
  ["Set up Duo", "authenticator/duo", { api_hostname: "api-x.duosecurity.com", client_id: "id", client_secret: "secret" }, { api_hostname: "api-x.duosecurity.com", client_id: "id" }],
  ["Log in", "user_login", { session_duration: "hours=8", network_binding: "Operator and network", geoip_binding: "Country", remember_device: "days=7" }, { session_duration: "hours=8", terminate_other_sessions: false, network_binding: "bind_asn_network", geoip_binding: "bind_continent_country", remember_device: "days=7" }],
  ["Log out", "user_logout", {}, {}],
  ["Write the user", "user_write", { user_creation_mode: "Never make one" }, { user_creation_mode: "never_create" }],
  ["Prompt", "prompt/stages", { Fields: ["default-user-settings-field-name (name)"] }, {}],
  ["Consent", "consent", { mode: "Once for a time" }, { mode: "expiring", consent_expire_in: "weeks=4" }],
  ["E-mail", "email", { template: "email/invitation.html" }, { template: "email/invitation.html" }],
  ["Captcha", "captcha", { public_key: "site", private_key: "secret", js_url: "https://captcha.example.org/api.js", score_min_threshold: "0.75" }, { public_key: "site", js_url: "https://captcha.example.org/api.js", score_min_threshold: 0.75, score_max_threshold: 1 }],
  ["Invitation", "invitation/stages", { continue_flow_without_invitation: true }, { continue_flow_without_invitation: true }],
  ["Redirect", "redirect", { mode: "An address", target_static: "https://example.org/" }, { mode: "static", target_static: "https://example.org/" }],
  ["Deny", "deny", { deny_message: "Not today" }, { deny_message: "Not today" }],
  ["Delete the user", "user_delete", {}, {}],
];

const ofFamily = (route, folder) => ([kind, place, fields, made]) => ({
  route,
  kind,
  path: `/${folder}/${place}/`,
  search: place, // there is more than one page of them
  named: [`my ${place}`, `our ${place}`],
  fields: { name: `my ${place}`, ...fields },
  made,
  change: { name: `our ${place}` },
  changed: made,
});

for (const one of kObjects) {
  test(`made, changed, deleted on its page: ${one.kind ?? one.path}`, async () => {
    page.expected = [/status of 404/]; // the API's answer about what is gone
    await madeChangedDeleted(one);
    calm(page);
  });
}
for (const [title, route, folder, list] of [
  ["each kind of policy", "/policy/policies", "policies", kPolicies],
  ["each kind of stage", "/flow/stages", "stages", kStages],
]) {
  test(`made, changed, deleted on its page: ${title}`, async (t) => {
    page.expected = [/status of 404/];
    for (const one of list.map(ofFamily(route, folder))) await t.test(one.kind, () => madeChangedDeleted(one));
    calm(page);
  });
}

test("every kind that the server offers has a form", async () => {
  for (const [route, types] of [
    ["/flow/stages", "/stages/all/types/"],
    ["/policy/policies", "/policies/all/types/"],
    ["/core/providers", "/providers/all/types/"],
    ["/core/property-mappings", "/propertymappings/all/types/"],
  ]) {
    await admin(page, route);
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await dialog().locator(".picker-item").first().waitFor();
    const { body } = await api(page, "GET", types);
    assert.equal(await dialog().locator(".picker-item").count(), body.length, types);
    await page.keyboard.press("Escape");
  }
});

test("LDAP: the lines that the provider's page shows work as they stand", async () => {
  await admin(page, "/core/providers");
  await page.getByRole("link", { name: "ldap", exact: true }).click();
  const line = async (name) => (await page.getByRole("textbox", { name, exact: true }).innerText()).replace(/ldaps:\/\/\S+/, `ldap://${postern.at.ldap}`);
  const whoami = await line("Bind as a user");
  assert.match(whoami, /^ldapwhoami .*-D 'cn=akadmin,ou=users,dc=ldap,dc=goauthentik,dc=io' -W$/);
  assert.match(postern.shell(whoami.replace(/-W$/, `-w '${kPassword}'`)), /^dn:cn=akadmin/);
  const search = await line("Search");
  const asAdmin = search.replace("cn=ldap-search,", "cn=akadmin,").replace(" -W ", ` -w '${kPassword}' `);
  assert.match(postern.shell(asAdmin), /^dn: cn=akadmin,ou=users/m);
});

test("an application's bindings decide who is let in, and the check of access says so", async () => {
  page.expected = [/status of 404/];
  await api(page, "POST", "/core/users/", { username: "bob", name: "Bob" });
  await api(page, "POST", "/core/groups/", { name: "readers" });
  await api(page, "POST", "/core/applications/", { name: "Library", slug: "library" });
  const check = async (user) => {
    await admin(page, '/core/applications/library;{"page":"access"}');
    await page.locator("#access-user").selectOption({ label: user });
    await page.getByRole("button", { name: "Check" }).click();
    const result = page.locator(".panel .pf-v6-c-alert__title");
    await result.waitFor();
    return result.innerText();
  };
  assert.equal(await check("bob – Bob"), "Let in");

  await admin(page, "/core/applications/library");
  await page.getByText("Without bindings every active user is let in.").waitFor();
  await page.getByRole("button", { name: "Bind a group" }).click();
  await dialog().locator("#field-group").selectOption({ label: "readers" });
  await save("Create");
  await page.getByRole("cell", { name: "Group readers", exact: true }).waitFor();
  assert.equal(await check("bob – Bob"), "Refused");

  await admin(page, "/core/applications/library");
  await page.getByRole("button", { name: "Bind a user" }).click();
  await dialog().locator("#field-user").selectOption({ label: "bob – Bob" });
  await dialog().locator("#field-order").fill("5");
  await save("Create");
  await page.getByRole("cell", { name: "User bob", exact: true }).waitFor();
  assert.equal(await check("bob – Bob"), "Let in");

  await admin(page, "/core/applications/library");
  await page.getByRole("button", { name: "Edit User bob" }).click();
  await dialog().locator("#field-negate").check();
  await save("Save");
  await page.getByText("The opposite").waitFor();
  assert.equal(await check("bob – Bob"), "Refused");

  await admin(page, "/core/applications/library");
  await look(page, "admin-application-bindings");
  for (const one of ["User bob", "Group readers"]) {
    await page.getByRole("button", { name: `Delete ${one}` }).click();
    await dialog().getByRole("button", { name: "Delete" }).click();
    await page.getByRole("button", { name: `Delete ${one}` }).waitFor({ state: "detached" });
  }
  assert.equal(await check("bob – Bob"), "Let in");
  calm(page);
});

test("members come to a group and leave it", async () => {
  const { body: group } = await api(page, "POST", "/core/groups/", { name: "gardeners" });
  await api(page, "POST", "/core/users/", { username: "carol", name: "Carol" });
  const members = async () => (await api(page, "GET", `/core/groups/${group.pk}/`)).body.users_obj.map((one) => one.username);
  await admin(page, `/identity/groups/${group.pk}`);
  await page.getByRole("button", { name: "Add members" }).click();
  await dialog().getByRole("searchbox").fill("carol");
  await dialog().getByRole("button", { name: "Add carol" }).click();
  await dialog().getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Remove carol" }).waitFor();
  assert.deepEqual(await members(), ["carol"]);
  await page.getByRole("button", { name: "Remove carol" }).click();
  await page.getByRole("button", { name: "Remove carol" }).waitFor({ state: "detached" });
  assert.deepEqual(await members(), []);
  calm(page);
});

test("a stage is put into a flow, given another place, and taken out", async () => {
  const { body: flow } = await api(page, "POST", "/flows/instances/", { name: "Steps", slug: "steps", title: "Steps", designation: "enrollment" });
  const order = async () =>
    (await api(page, "GET", `/flows/bindings/?target=${flow.pk}&ordering=order`)).body.results.map((one) => one.stage_obj.name);
  await admin(page, "/flow/flows/steps");
  await page.getByText("No stages").waitFor();
  for (const [stage, place] of [["default-authentication-identification", "10"], ["default-authentication-password", "20"]]) {
    await page.getByRole("button", { name: "Add a stage" }).click();
    await dialog().locator("#field-stage").selectOption({ label: stage });
    await dialog().locator("#field-order").fill(place);
    await save("Create");
    await page.getByRole("button", { name: `Move ${stage} up` }).waitFor();
  }
  assert.deepEqual(await order(), ["default-authentication-identification", "default-authentication-password"]);
  await page.getByRole("button", { name: "Move default-authentication-password up" }).click();
  await page.locator("tbody tr").first().getByText("default-authentication-password").waitFor();
  assert.deepEqual(await order(), ["default-authentication-password", "default-authentication-identification"]);
  await page.getByRole("button", { name: "Edit default-authentication-password" }).click();
  await dialog().locator("#field-invalid_response_action").selectOption({ label: "Begin anew" });
  await save("Save");
  await page.getByRole("button", { name: "Delete default-authentication-identification" }).click();
  await dialog().getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete default-authentication-identification" }).waitFor({ state: "detached" });
  const { body } = await api(page, "GET", `/flows/bindings/?target=${flow.pk}`);
  assert.deepEqual(body.results.map((one) => [one.stage_obj.name, one.invalid_response_action]), [["default-authentication-password", "restart"]]);
  calm(page);
});

test("a policy says of a user and a context what it would decide", async () => {
  const { body: policy } = await api(page, "POST", "/policies/password/", { name: "long enough", length_min: 12, error_message: "Twelve letters, please." });
  assert.ok(policy.pk);
  await admin(page, "/policy/policies");
  await page.getByRole("button", { name: "Test long enough" }).click();
  await dialog().locator("#test-user").selectOption({ label: "akadmin – authentik Default Admin" });
  await dialog().locator("#test-context").fill('{"password": "short"}');
  await dialog().getByRole("button", { name: "Test", exact: true }).click();
  await dialog().getByText("Refused").waitFor();
  await dialog().getByText("Twelve letters, please.").waitFor();
  await look(page, "admin-policy-test");
  await dialog().locator("#test-context").fill('{"password": "a good deal longer 7"}');
  await dialog().getByRole("button", { name: "Test", exact: true }).click();
  await dialog().getByText("Let in").waitFor();
  await dialog().locator("#test-context").fill("{not json");
  await dialog().getByRole("button", { name: "Test", exact: true }).click();
  await dialog().getByText("This is not valid JSON.").waitFor();
  await page.keyboard.press("Escape");
  calm(page);
});

test("a mapping says what it makes of a user; a provider and a webhook take it", async () => {
  const expression = "return {vlan = 10, ['Reply-Message'] = packet.ssid .. ' for ' .. user.username}";
  const { body: reply } = await api(page, "POST", "/propertymappings/provider/radius/", { name: "by ssid", expression });
  const { body: broken } = await api(page, "POST", "/propertymappings/provider/radius/", { name: "broken", expression: "return user.nothing.more" });
  const { body: hook } = await api(page, "POST", "/propertymappings/notification/", { name: "for a chat", expression: "return {text = notification.body}" });
  await admin(page, "/core/property-mappings");
  await page.getByRole("button", { name: "Test by ssid" }).click();
  await dialog().locator("#test-user").selectOption({ label: "akadmin – authentik Default Admin" });
  await dialog().getByRole("button", { name: "Test", exact: true }).click();
  await dialog().getByText('"Reply-Message": "office for akadmin"').waitFor();
  await look(page, "admin-mapping-test");
  await dialog().locator("#test-context").fill("{not json");
  await dialog().getByRole("button", { name: "Test", exact: true }).click();
  await dialog().getByText("This is not valid JSON.").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Test broken" }).click();
  await dialog().getByRole("button", { name: "Test", exact: true }).click();
  await dialog().getByText("The expression failed").waitFor();
  await page.keyboard.press("Escape");

  await admin(page, "/core/providers");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await dialog().locator(".picker-item").filter({ has: page.getByText("RADIUS provider", { exact: true }) }).click();
  await fill({ name: "lab wifi", ...flows, "Property mappings": ["by ssid"] });
  await look(page, "admin-radius-form");
  await save("Create");
  const provider = await found(page, "/providers/radius/", "name", "lab wifi");
  assert.deepEqual(provider.property_mappings, [reply.pk]);

  await admin(page, "/events/transports");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await fill({ name: "team chat", mode: "Webhook", webhook_url: "https://chat.example.org/hook", webhook_mapping_body: "for a chat" });
  await save("Create");
  assert.equal((await found(page, "/events/transports/", "name", "team chat")).webhook_mapping_body, hook.pk);
  for (const pk of [broken.pk, reply.pk, hook.pk]) await api(page, "DELETE", `/propertymappings/all/${pk}/`);
  calm(page);
});

test("a certificate is generated, renamed, shown, deleted", async () => {
  page.expected = [/status of 404/];
  await admin(page, "/crypto/certificates");
  await page.getByRole("button", { name: "Generate" }).click();
  await dialog().locator("#field-common_name").fill("radius.example.org");
  await dialog().locator("#field-subject_alt_name").fill("radius.example.org");
  await save("Create");
  await page.getByRole("button", { name: "Edit radius.example.org" }).click();
  await dialog().locator("#field-name").fill("radius");
  await save("Save");
  const made = await found(page, "/crypto/certificatekeypairs/", "name", "radius");
  assert.equal(made.private_key_available, true);
  await page.getByRole("button", { name: "Show radius" }).click();
  await dialog().getByText("-----BEGIN CERTIFICATE-----").waitFor();
  await page.keyboard.press("Escape");
  await page.getByLabel("Select radius", { exact: true }).check();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await dialog().getByRole("button", { name: "Delete" }).click();
  await page.getByLabel("Select radius", { exact: true }).waitFor({ state: "detached" });
  assert.equal(await found(page, "/crypto/certificatekeypairs/", "name", "radius"), undefined);
  calm(page);
});

test("a service account is made and binds with what is shown", async () => {
  await admin(page, "/identity/users");
  await page.getByRole("button", { name: "Create a service account" }).click();
  await dialog().locator("#account-name").fill("scanner");
  await dialog().getByRole("button", { name: "Create", exact: true }).click();
  const secret = await dialog().getByRole("textbox", { name: "App password" }).innerText();
  assert.equal(postern.bind("scanner", secret), 0);
  await page.keyboard.press("Escape");
  assert.equal((await found(page, "/core/users/", "username", "scanner")).type, "service_account");
});

test("a user's password is set, the user's devices and tokens are seen", async () => {
  const { body: user } = await api(page, "POST", "/core/users/", { username: "dora", name: "Dora" });
  await api(page, "POST", "/core/tokens/", { identifier: "doras-mail", intent: "app_password", user: user.pk });
  await admin(page, `/identity/users/${user.pk}`);
  await page.getByRole("button", { name: "Set password" }).click();
  await dialog().locator("#new-password").fill("a map of the north 9");
  await save("Save");
  assert.equal(postern.bind("dora", "a map of the north 9"), 0);
  await page.getByRole("tab", { name: "Tokens and App passwords" }).click();
  await page.getByRole("cell", { name: "doras-mail" }).waitFor();
  await eventOf(page, "dora", "login");
  await page.getByRole("tab", { name: "Events" }).click();
  await page.getByRole("tabpanel").getByText(/dora/).first().waitFor();
  calm(page);
});

test("an administrator acts as a user and stops", async () => {
  const other = await administrator(browser, postern);
  const { body: user } = await api(other, "POST", "/core/users/", { username: "erin", name: "Erin" });
  await admin(other, `/identity/users/${user.pk}`);
  await other.getByRole("button", { name: "Impersonate" }).click();
  await other.getByLabel("Reason").fill("a ticket");
  await other.getByRole("button", { name: "Begin" }).click();
  await other.getByText("You are acting as erin.").waitFor();
  await look(other, "user-impersonating");
  await other.getByRole("button", { name: "Stop impersonation" }).click();
  await other.waitForURL((url) => url.pathname === "/if/admin/");
  await other.getByRole("heading", { name: "Overview" }).waitFor();
  assert.equal((await api(other, "GET", "/core/users/me/")).body.user.username, "akadmin");
  await other.context().close();
});

test("the settings of the installation are kept", async () => {
  await admin(page, "/admin/settings");
  const days = page.locator("#event_retention");
  await days.fill("days=90");
  await page.locator("form").filter({ has: days }).getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved").first().waitFor();
  assert.equal((await api(page, "GET", "/admin/settings/")).body.event_retention, "days=90");
  calm(page);
});

test("a score of the reputation is deleted", async () => {
  page.expected = [/status of 404/];
  for (let tries = 0; tries < 2; tries++) postern.bind("akadmin", "wrong");
  await admin(page, "/policy/reputation");
  const boxes = page.getByLabel(/^Select akadmin/);
  await boxes.first().waitFor();
  await boxes.first().check();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await dialog().getByRole("button", { name: "Delete" }).click();
  await boxes.first().waitFor({ state: "detached" });
  calm(page);
});

test("the decision of a login is explained step by step, and the event tells of it", async () => {
  postern.bind("akadmin", "still wrong");
  await admin(page, "/events/explain");
  await page.locator(".trace").filter({ hasText: "akadmin" }).filter({ hasText: "Refused" }).first().click();
  await page.locator(".steps li").first().waitFor();
  await look(page, "admin-explain-open");
  await eventOf(page, "akadmin", "login_failed");
  await admin(page, "/events/log");
  await page.getByLabel("Action").selectOption({ label: "Failed login" });
  await page.locator("tbody tr").first().getByText("akadmin").first().waitFor();
  await page.locator("tbody tr").first().getByRole("link").first().click();
  await page.getByRole("heading", { name: "Context" }).waitFor();
  await look(page, "admin-event");
  calm(page);
});
