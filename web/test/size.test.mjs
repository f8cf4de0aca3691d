// What a browser loads stays small: all scripts and style sheets together, by gzip, without catalogues
// below 150 kB; and no page loads more than one catalogue.
import { readFileSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { test } from "node:test";
import assert from "node:assert/strict";

import { kWeb } from "./messages.mjs";

test("the bundles are below 150 kB by gzip, the largest catalogue included", () => {
  const manifest = JSON.parse(readFileSync(join(kWeb, "dist/manifest.json"), "utf8"));
  const size = (file) => gzipSync(readFileSync(join(kWeb, "dist", file)), { level: 9 }).length;
  const files = readdirSync(join(kWeb, "dist")).filter((one) => /\.(js|css)$/.test(one));
  const catalogues = Object.entries(manifest).filter(([key]) => key.startsWith("locales/")).map(([, one]) => one.file);
  const bundles = files.filter((one) => !catalogues.includes(one)).reduce((sum, one) => sum + size(one), 0);
  const largest = Math.max(...catalogues.map(size));
  assert.equal(catalogues.length, 9);
  assert.ok(bundles + largest < 150_000, `${bundles} + ${largest}`);
});

test("nothing inline, nothing from elsewhere", () => {
  for (const file of readdirSync(join(kWeb, "dist")).filter((one) => /\.css$/.test(one))) {
    assert.doesNotMatch(readFileSync(join(kWeb, "dist", file), "utf8"), /url\(|@import/);
  }
});
