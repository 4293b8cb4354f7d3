// Bundles the extension into dist/extension.js, its webview scripts beside it, and, with `--tests`, the unit tests.
import { readdirSync, rmSync } from "node:fs";
import * as esbuild from "esbuild";

const watch = process.argv.includes("--watch");
const tests = process.argv.includes("--tests");
const shared = { bundle: true, sourcemap: "linked", logLevel: "warning", target: "node20" };

const builds = tests
  ? [
      {
        ...shared,
        entryPoints: readdirSync("test", { recursive: true })
          .filter((name) => name.endsWith(".test.ts"))
          .map((name) => `test/${name}`),
        entryNames: "[name]",
        outdir: "out/test",
        // It finds its own files by its place among the packages.
        external: ["jsdom"],
        // There is no editor around unit tests.
        alias: {
          vscode: "./test/standins/vscode.ts",
          "vscode-languageclient/node": "./test/standins/languageClient.ts",
        },
        outExtension: { ".js": ".mjs" },
        platform: "node",
        format: "esm",
        sourcemap: "inline",
      },
    ]
  : [
      {
        ...shared,
        entryPoints: ["src/extension.ts"],
        outfile: "dist/extension.js",
        platform: "node",
        format: "cjs",
        external: ["vscode"],
        minify: !watch,
        keepNames: true,
      },
      {
        ...shared,
        entryPoints: {
          task: "src/webview/task.ts",
          chat: "src/webview/chat/main.ts",
          chatLanguages: "src/webview/chat/languages.ts",
          codicon: "node_modules/@vscode/codicons/dist/codicon.css",
        },
        loader: { ".ttf": "file" },
        assetNames: "[name]",
        outdir: "dist",
        platform: "browser",
        format: "iife",
        target: "es2022",
        minify: !watch,
      },
    ];

rmSync(tests ? "out" : "dist", { recursive: true, force: true });
if (watch) {
  const contexts = await Promise.all(builds.map((build) => esbuild.context(build)));
  await Promise.all(contexts.map((context) => context.watch()));
} else {
  await Promise.all(builds.map((build) => esbuild.build(build)));
}
