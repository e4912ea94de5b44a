import { html } from "hono/html";

import type { JsonSchema } from "../openapi/json-schema.ts";

/** Text with its characters escaped. */
export type Markup = ReturnType<typeof html>;

const COMPONENT = /"#\/components\/schemas\/(\w+)"/;

/** JSON, its references made links. */
export function jsonBlock(value: unknown): Markup {
  const text = JSON.stringify(value, null, 2);
  const parts = text.split(COMPONENT).map((part, at) => (at % 2 === 1 ? schemaLink(part) : part));
  return html`<pre>${parts}</pre>`;
}

/** Where a schema stands on the page. */
function schemaLink(name: string): Markup {
  return html`<a href="#schema-${name}">${name}</a>`;
}

/** One schema of the document. */
export function schemaSection(name: string, schema: JsonSchema): Markup {
  return html`<section id="schema-${name}">
    <h3>${name}</h3>
    ${jsonBlock(schema)}
  </section>`;
}

/** What is behind a title until somebody wants it. */
export function folded(title: string, content: Markup): Markup {
  return html`<details>
    <summary>${title}</summary>
    ${content}
  </details>`;
}
