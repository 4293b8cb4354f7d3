/** Markdown of a model as DOM: no HTML of its own, nothing remote, sanitised before it is in the document. */
import createDOMPurify from "dompurify";
import MarkdownIt from "markdown-it";
import { safeUrl, workspacePath } from "../../chat/links";

export type Token = ReturnType<MarkdownIt["parse"]>[number];
export interface Environment {
  references?: Record<string, unknown>;
}

const TAGS = [
  ..."a blockquote br code del div em h1 h2 h3 h4 h5 h6 hr li ol p pre s span strong".split(" "),
  ..."table tbody td th thead tr ul".split(" "),
];
/** Attributes that are no addresses. */
const PLAIN = ["class", "start", "title", "align", "data-file", "data-language", "data-info"];
const ATTRIBUTES = ["href", ...PLAIN];

export interface Markdown {
  readonly parse: (text: string, env: Environment) => Token[];
  readonly render: (tokens: Token[], env: Environment) => DocumentFragment;
  readonly sanitize: (html: string) => DocumentFragment;
}

/** `window` is the page's, or a test's. */
export function makeMarkdown(window: Window & typeof globalThis): Markdown {
  const purify = createDOMPurify(window);
  const md = new MarkdownIt({ html: false, linkify: true, typographer: false });
  md.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
  md.validateLink = (url) => safeUrl(url) !== undefined || workspacePath(url) !== undefined;
  const { rules, utils } = { rules: md.renderer.rules, utils: md.utils };
  // An image is a request to somebody else's server: only its name is shown.
  rules.image = (tokens, index) => {
    const token = tokens[index];
    const href = token?.attrGet("src") ?? "";
    const name = utils.escapeHtml(token?.content === "" || !token ? href : token.content);
    const shown = `<span class="image">${name}</span>`;
    return safeUrl(href) === undefined ? shown : `<a href="${utils.escapeHtml(href)}">${shown}</a>`;
  };
  rules.link_open = (tokens, index, options, _env, self) => {
    const token = tokens[index];
    const path = workspacePath(token?.attrGet("href") ?? "");
    if (token && path !== undefined) {
      token.attrs = [
        ["href", "#"],
        ["data-file", path],
      ];
    }
    return self.renderToken(tokens, index, options);
  };
  const fence = (tokens: Token[], index: number): string => {
    const { info = "", content = "" } = tokens[index] ?? {};
    const words = info.trim();
    const language = /^[\w+#.-]{1,40}/.exec(words)?.[0] ?? "";
    return `<pre class="code" data-language="${utils.escapeHtml(language)}" data-info="${utils.escapeHtml(words.slice(0, 300))}"><code>${utils.escapeHtml(content)}</code></pre>`;
  };
  rules.fence = fence;
  rules.code_block = fence;
  const sanitize = (html: string): DocumentFragment =>
    purify.sanitize(html, {
      RETURN_DOM_FRAGMENT: true,
      ALLOWED_TAGS: TAGS,
      ALLOWED_ATTR: ATTRIBUTES,
      ADD_URI_SAFE_ATTR: PLAIN,
      ALLOW_DATA_ATTR: false,
      ALLOW_ARIA_ATTR: false,
      ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|#$)/i,
    });
  return {
    parse: (text, env) => md.parse(text, env),
    render: (tokens, env) => sanitize(md.renderer.render(tokens, md.options, env)),
    sanitize,
  };
}
