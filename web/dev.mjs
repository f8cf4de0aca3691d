// A server for work on these pages: the bundles of web/dist as they are now, everything else from a
// postern that runs. So a change needs `npm run build` (or `npx vite build --watch`) and no new binary.
//   node dev.mjs http://127.0.0.1:9000 [port]
import { createServer, request } from "node:http";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const kDist = fileURLToPath(new URL("dist/", import.meta.url));
const kTypes = { js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8" };

const escaped = (text) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");

function shell(bundle, brand) {
  const manifest = JSON.parse(readFileSync(`${kDist}manifest.json`, "utf8"));
  const entry = manifest[`src/${bundle}/main.tsx`];
  const style = Object.values(manifest).find((one) => one.file.endsWith(".css"));
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>postern</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/dist/${style.file}"><meta name="postern-brand" content="${escaped(brand)}">
<script type="module" src="/static/dist/${entry.file}"></script></head><body><div id="app"></div></body></html>`;
}

// The port it listens at. `server` is the address of a postern.
export function serve(server, port = 0) {
  const upstream = new URL(server);
  const forward = (asked, answer, use) => {
    const options = { host: upstream.hostname, port: upstream.port, path: asked.url, method: asked.method };
    const sent = request({ ...options, headers: { ...asked.headers, "accept-encoding": "identity" } }, use);
    sent.on("error", () => answer.writeHead(502).end());
    asked.pipe(sent);
  };
  const made = createServer((asked, answer) => {
    const path = new URL(asked.url, "http://x").pathname;
    const file = /^\/static\/dist\/([\w.-]+)$/.exec(path)?.[1];
    if (file && existsSync(kDist + file)) {
      answer.writeHead(200, { "content-type": kTypes[file.split(".").pop()] ?? "application/json" });
      answer.end(readFileSync(kDist + file));
      return;
    }
    const bundle = /^\/if\/(flow|user|admin)\//.exec(path)?.[1];
    forward(asked, answer, (got) => {
      if (!bundle || got.statusCode !== 200) {
        answer.writeHead(got.statusCode, got.headers);
        got.pipe(answer);
        return;
      }
      got.resume();
      const brandAsked = { host: upstream.hostname, port: upstream.port, path: "/api/v3/core/brands/current/" };
      request({ ...brandAsked, headers: { host: asked.headers.host } }, (brand) => {
        let text = "";
        brand.setEncoding("utf8").on("data", (part) => (text += part));
        brand.on("end", () => {
          answer.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-security-policy": got.headers["content-security-policy"] });
          answer.end(shell(bundle, text));
        });
      }).end();
    });
  });
  return new Promise((ready) => made.listen(port, "127.0.0.1", () => ready(made)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const made = await serve(process.argv[2] ?? "http://127.0.0.1:9000", Number(process.argv[3] ?? 5173));
  console.log(`http://127.0.0.1:${made.address().port}/`);
}
