import { raw } from "hono/html";
import { createHash } from "node:crypto";

const TEXT = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3, h4 { line-height: 1.2; }
section { border-top: 1px solid #8886; margin-top: 2rem; }
nav ul { list-style: none; padding: 0; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.875em; }
pre { background: #8882; padding: 0.75rem; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0; }
th { border-bottom: 1px solid #8886; }
:root { color-scheme: light dark; }
`;

/** The page's only style sheet; nothing of a request is in it. */
export const STYLE = raw(TEXT);

/**
 * Lets a browser take that style sheet and nothing else. The hash is of the element's text as the
 * page has it.
 */
export function contentSecurityPolicy(page: string): string {
  const [, sheet = ""] = /<style>(.*?)<\/style>/s.exec(page) ?? [];
  const hash = createHash("sha256").update(sheet).digest("base64");
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}
