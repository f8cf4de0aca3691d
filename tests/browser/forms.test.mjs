// The forms of the administration against what the server says of itself (/api/v3/schema/): each field that
// can be written is in the form of its object, or stands here with the reason why not; and no form has a
// field that the server would not take.
import { after, before, test } from "node:test";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import assert from "node:assert/strict";

import { Postern, kPassword, kRoot } from "./world.mjs";

const kKey = "a-key-that-reads-the-schema-of-the-API";
const require = createRequire(join(kRoot, "web/package.json"));

// By object and field; "*" = of every object.
const kLeftOut = {
  "*": { managed: "belongs to blueprints" },
  "core/groups": { users: "on the group's page, tab Members" },
  "core/brands": {
    branding_map_tiles: "no page draws a map",
    branding_default_flow_background: "flows have their own",
    default_application: "nothing follows it",
  },
  "events/transports": { email_template: "there is one" },
  "policies/event_matcher": { query: "authentik's query language is not read: with one it matches nothing" },
  "policies/bindings": { target: "the page that it is made on" },
  "flows/bindings": { target: "the page that it is made on" },
};
// Objects that have no form of this kind.
const kElsewhere = {
  "postern/app_passwords": "people make them for themselves, in their settings",
};

let postern, schema, forms, folder;

before(async () => {
  postern = await Postern.start(`bootstrap: {password: ${JSON.stringify(kPassword)}, token: ${kKey}}\n`);
  const answer = await fetch(`http://${postern.at.http}/api/v3/schema/`, { headers: { Authorization: `Bearer ${kKey}` } });
  assert.equal(answer.status, 200);
  schema = await answer.json();
  folder = mkdtempSync(join(tmpdir(), "postern-forms-"));
  forms = await described();
});
after(async () => {
  await postern?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

// The descriptions that the pages are made of: {"core/users": ["username", ...], ...}.
async function described() {
  const specs = join(kRoot, "web/src/admin");
  const contents = `
    export * from "${specs}/specs/applications"; export * from "${specs}/specs/flows"; export * from "${specs}/specs/identity";
    export * from "${specs}/specs/notifications"; export * from "${specs}/specs/policies";
    export { bindingFields } from "${specs}/pages/bindings"; export { stageBindingFields } from "${specs}/pages/flow-stages";`;
  const outfile = join(folder, "specs.mjs");
  await require("esbuild").build({
    stdin: { contents, resolveDir: join(kRoot, "web"), loader: "ts" },
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    jsx: "automatic",
    jsxImportSource: "preact",
    define: { "import.meta.glob": "noFiles" },
    banner: { js: kNoBrowser },
    loader: { ".css": "empty" },
    logLevel: "error",
  });
  const all = await import(pathToFileURL(outfile));
  const out = { "flows/bindings": all.stageBindingFields, "policies/bindings": ["policy", "group", "user"].flatMap(all.bindingFields) };
  for (const spec of Object.values(all).filter((one) => one?.path)) {
    if (spec.create === false) continue;
    for (const one of spec.kinds ?? [spec]) out[one.path.slice(1)] = one.fields;
  }
  for (const [path, fields] of Object.entries(out)) out[path] = [...new Set(fields.map((one) => one.name))];
  return out;
}
const kNoBrowser = `
const noFiles = () => ({});
globalThis.window ??= { matchMedia: () => ({ matches: false, addEventListener() {} }), addEventListener() {} };
globalThis.addEventListener ??= () => undefined;
globalThis.location ??= { origin: "http://localhost", hash: "", search: "" };
globalThis.document ??= { querySelector: () => null, cookie: "" };`;

// What can be written of the objects at a path that takes new ones; null = none are made there.
function writable(path) {
  const body = schema.paths[`/${path}/`]?.post?.requestBody;
  if (!body) return null;
  const { properties } = schema.components.schemas[body.content["application/json"].schema.$ref.split("/").pop()];
  // Of one value alone: this server has nothing to choose there.
  const open = Object.entries(properties).filter(([, one]) => !one.readOnly && !(one.enum?.length === 1 && one.type === undefined));
  return open.map(([name]) => name);
}

test("every field that can be written is in its object's form, or left out for a reason", () => {
  const missing = [];
  for (const [path, fields] of Object.entries(forms)) {
    for (const name of writable(path) ?? []) {
      if (!fields.includes(name) && !kLeftOut[path]?.[name] && !kLeftOut["*"][name]) missing.push(`${path}: ${name}`);
    }
  }
  assert.deepEqual(missing, []);
});

test("no form has a field that the server does not take", () => {
  const needless = [];
  for (const [path, fields] of Object.entries(forms)) {
    const known = writable(path);
    for (const name of known === null ? [] : fields) if (!known.includes(name)) needless.push(`${path}: ${name}`);
  }
  assert.deepEqual(needless, []);
});

test("every object that the server lets somebody make has a form", () => {
  const made = Object.keys(schema.paths).filter((path) => !path.includes("{") && writable(path.slice(1, -1)) !== null);
  assert.ok(made.length > 40, String(made.length));
  assert.deepEqual(made.map((one) => one.slice(1, -1)).filter((path) => !forms[path] && !kElsewhere[path]), []);
});

test("what is left out, and why, is still there to be left out", () => {
  for (const [path, fields] of Object.entries(kLeftOut)) {
    for (const name of path === "*" ? [] : Object.keys(fields)) {
      assert.ok(writable(path)?.includes(name) && !forms[path].includes(name), `${path}: ${name}`);
    }
  }
});
