import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist", "out", "node_modules", "src/generated", "*.mjs"] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: ["tsconfig.json", "src/webview/tsconfig.json", "test/webview/tsconfig.json"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // Numbers in messages are the rule here, not a slip.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // `() => void work()` is how a promise is started from an event.
      "@typescript-eslint/no-confusing-void-expression": [
        "error",
        { ignoreArrowShorthand: true, ignoreVoidOperator: true },
      ],
      // VS Code's own classes, as Disposable, are meant to be satisfied by shape.
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
      eqeqeq: "error",
      complexity: ["error", 12],
      "max-lines": ["error", { max: 400 }],
      "max-lines-per-function": ["error", { max: 50, skipComments: true }],
      "max-params": ["error", 5],
      "no-restricted-imports": [
        "error",
        {
          paths: [
            {
              name: "vscode-languageclient/node",
              message: "Only src/server/client.ts talks to the language client.",
            },
          ],
        },
      ],
    },
  },
  { files: ["src/server/client.ts"], rules: { "no-restricted-imports": "off" } },
  // `describe` and `test` of node:test return promises that nobody has to await.
  {
    files: ["test/**"],
    rules: { "@typescript-eslint/no-floating-promises": "off", "max-lines-per-function": "off" },
  },
);
