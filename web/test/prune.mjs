// Takes out of the catalogues what the source has no more, and sorts them; tells what they lack.
import { readFileSync, writeFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { kWeb, messages } from "./messages.mjs";

const { texts, plurals } = messages();
const wanted = [...texts, ...plurals].sort();
for (const name of readdirSync(join(kWeb, "locales"))) {
  const path = join(kWeb, "locales", name);
  const catalogue = JSON.parse(readFileSync(path, "utf8"));
  const kept = Object.fromEntries(wanted.filter((one) => one in catalogue).map((one) => [one, catalogue[one]]));
  writeFileSync(path, `${JSON.stringify(kept, null, 0).replace(/","/g, '",\n"').replace(/,"(?=[^"]*":\{)/g, ',\n"')}\n`);
  const missing = wanted.filter((one) => !(one in catalogue));
  if (missing.length) console.log(name, missing);
}
