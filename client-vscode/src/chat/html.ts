/** The markup of the chat page, and what it may load: nothing but the extension's own files. */

export interface Assets {
  /** The origin that the editor serves the extension's files from. */
  readonly source: string;
  readonly nonce: string;
  readonly style: string;
  readonly icons: string;
  readonly script: string;
  readonly languages: string;
}

export function chatPage({ source, nonce, style, icons, script, languages }: Assets): string {
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
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="UTF-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1.0">
  <link rel="stylesheet" href="${icons}">
  <link rel="stylesheet" href="${style}">
  <title>Chat</title>
</head>
<body>
  <main id="chat" aria-label="Chat">
    <div id="home" hidden></div>
    <div id="scroller" tabindex="-1"><div id="list" role="list" aria-label="Messages"></div></div>
    <div id="halted" role="status" hidden></div>
    <div id="composer"><button id="latest" type="button" hidden></button></div>
  </main>
  <div id="live" class="hidden" aria-live="polite"></div>
  <script nonce="${nonce}" src="${script}" data-languages="${languages}"></script>
</body>
</html>`;
}
