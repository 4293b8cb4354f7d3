/** The markup around a page of ours, and what it may load: nothing but the extension's own files. */

export interface Assets {
  /** The origin that the editor serves the extension's files from. */
  readonly source: string;
  readonly nonce: string;
  /** Addresses of style sheets; later ones outweigh earlier ones. */
  readonly styles: readonly string[];
  readonly script: string;
}

/** `data` is given to the script as its `data-` attributes. */
export function pageHtml(
  { source, nonce, styles, script }: Assets,
  { title, body, data = {} }: { title: string; body: string; data?: Readonly<Record<string, string>> },
): string {
  const policy = [
    "default-src 'none'",
    `style-src ${source}`,
    `font-src ${source}`,
    `script-src 'nonce-${nonce}'`,
    "img-src 'none'",
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
  ].join("; ");
  const given = Object.entries(data).map(([name, value]) => ` data-${name}="${value}"`);
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="UTF-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1.0">
${styles.map((style) => `  <link rel="stylesheet" href="${style}">`).join("\n")}
  <title>${title}</title>
</head>
<body>
${body}
  <script nonce="${nonce}" src="${script}"${given.join("")}></script>
</body>
</html>`;
}
