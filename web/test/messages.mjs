// The texts of the source: every t("...") and tn(n, "...", "..."), and those of the server that the pages
// show. They are the keys of the catalogues.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const kWeb = fileURLToPath(new URL("..", import.meta.url));

function files(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : /\.tsx?$/.test(name) ? [path] : [];
  });
}

const kText = /"((?:[^"\\]|\\.)*)"/.source;

// {texts: [...], plurals: [...]}, sorted.
export function messages() {
  const texts = new Set(JSON.parse(readFileSync(join(kWeb, "server-texts.json"), "utf8")));
  const plurals = new Set();
  for (const path of files(join(kWeb, "src"))) {
    const source = readFileSync(path, "utf8");
    for (const [, text] of source.matchAll(new RegExp(`\\bt\\(\\s*${kText}`, "g"))) texts.add(JSON.parse(`"${text}"`));
    for (const [, , text] of source.matchAll(new RegExp(`\\btn\\([^"]*?${kText},\\s*${kText}`, "g"))) plurals.add(JSON.parse(`"${text}"`));
  }
  return { texts: [...texts].sort(), plurals: [...plurals].sort() };
}
