// Each catalogue has every text and no other, with the same places for values; each plural has every
// category of its language.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import assert from "node:assert/strict";

import { kWeb, messages } from "./messages.mjs";

const kTags = ["de", "es", "fr", "it", "ja", "nl", "pl", "pt-BR", "zh-Hans"];
const places = (text) => [...text.matchAll(/\{\w+\}/g)].map(([one]) => one).sort();

test("there is a catalogue for each language", () => {
  assert.deepEqual(readdirSync(join(kWeb, "locales")).sort(), kTags.map((one) => `${one}.json`).sort());
});

test("the texts of the server are sorted, as the program looks them up", () => {
  const texts = JSON.parse(readFileSync(join(kWeb, "server-texts.json"), "utf8"));
  assert.deepEqual(texts, [...new Set(texts)].sort());
});

for (const tag of kTags) {
  test(`${tag} is complete`, () => {
    const { texts, plurals } = messages();
    const catalogue = JSON.parse(readFileSync(join(kWeb, `locales/${tag}.json`), "utf8"));
    const wanted = new Set([...texts, ...plurals]);
    assert.deepEqual([...wanted].filter((one) => !(one in catalogue)), [], "missing");
    assert.deepEqual(Object.keys(catalogue).filter((one) => !wanted.has(one)), [], "of no use");
    const categories = new Intl.PluralRules(tag).resolvedOptions().pluralCategories.filter((one) => {
      // "many" of es, fr, it and pt is for millions.
      return one !== "many" || tag === "pl";
    });
    for (const [key, value] of Object.entries(catalogue)) {
      if (plurals.includes(key)) {
        assert.deepEqual(Object.keys(value).sort(), [...categories].sort(), key);
      } else {
        assert.equal(typeof value, "string", key);
        assert.ok(value.trim() !== "", key);
        assert.deepEqual(places(value), places(key), key);
      }
    }
  });
}
