// Three entries (flow, user, admin) that share chunks; hashed names; no inlined data, as the content
// security policy has no place for it. The fonts of PatternFly are left out and what no page uses of its
// style sheets is cut, so that a login page stays small.
import { readFileSync } from "node:fs";
import type { Root } from "postcss";
import { globSync } from "tinyglobby";
import { PurgeCSS } from "purgecss";
import { defineConfig, type Plugin } from "vite";

// Run on the imported sheets, before Vite follows their addresses.
const withoutFiles = {
  postcssPlugin: "without-files",
  Once(root: Root) {
    root.walkAtRules("font-face", (rule) => void rule.remove());
    root.walkDecls((one) => {
      if (/url\(["']?[^"')]*\.(svg|woff2|png|jpg)/.test(one.value)) one.remove();
    });
  },
};

function purged(): Plugin {
  return {
    name: "purged",
    enforce: "post",
    async generateBundle(_options, bundle) {
      const content = globSync(["../src/http/web_page.cpp", "../src/http/pages.cpp", "src/**/*.tsx", "src/**/*.ts"])
        .sort()
        .map((file) => ({ raw: readFileSync(file, "utf8"), extension: "html" }));
      for (const asset of Object.values(bundle)) {
        if (asset.type !== "asset" || !asset.fileName.endsWith(".css")) continue;
        const [result] = await new PurgeCSS().purge({
          content,
          css: [{ raw: String(asset.source) }],
          variables: true,
          // Names that are put together as the page runs.
          safelist: { standard: ["pf-v6-theme-dark", /^pf-m-(primary|secondary|link|danger|plain|success|warning|info|grey|green|red|orange|blue|purple)$/] },
          defaultExtractor: (text) => text.match(/[\w-]+/g) ?? [],
        });
        if (!result) continue;
        // Emitted anew: named by what is left of it, as browsers keep a name's content for good.
        delete bundle[asset.fileName];
        this.emitFile({ type: "asset", name: "style.css", source: result.css });
      }
    },
  };
}

export default defineConfig({
  base: "/static/dist/",
  plugins: [purged()],
  css: { postcss: { plugins: [withoutFiles] } },
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: {
      input: { flow: "src/flow/main.tsx", user: "src/user/main.tsx", admin: "src/admin/main.tsx" },
      output: {
        entryFileNames: "[name]-[hash].js",
        chunkFileNames: "[name]-[hash].js",
        assetFileNames: "[name]-[hash][extname]",
      },
    },
  },
});
