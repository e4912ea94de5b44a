import { html } from "hono/html";

import type { OpenApiDocument } from "../openapi/document.ts";
import { operationSection } from "./operation-section.ts";
import { type Markup, schemaSection } from "./parts.ts";
import { STYLE } from "./style.ts";

/**
 * The OpenAPI document as a page to read: operations by their tags, then the schemas. It is whole in
 * itself: no script, and nothing that is fetched from anywhere.
 */
export function docsPage(document: OpenApiDocument): Markup {
  const { info, components } = document;
  const tags = document["tags"] as readonly { readonly name: string }[];
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const byTag = tags.map(({ name }) => ({
    name,
    own: operations.filter(({ operation }) => (operation["tags"] as string[]).includes(name)),
  }));
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${info["title"]}</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <header>
          <h1>${info["title"]} ${info["version"]}</h1>
          <p>${info["description"]}</p>
          <p>The same for programs: <a href="/openapi.json">/openapi.json</a>.</p>
        </header>
        <nav>
          ${byTag.map(
            ({ name, own }) =>
              html`<h2>${name}</h2>
                <ul>
                  ${own.map(
                    ({ path, method, operation }) =>
                      html`<li>
                        <a href="#${operation.operationId}"
                          ><code>${method.toUpperCase()} ${path}</code></a
                        >
                        ${operation["summary"]}
                      </li>`,
                  )}
                </ul>`,
          )}
        </nav>
        <main>
          ${byTag.flatMap(({ own }) =>
            own.map(({ path, method, operation }) =>
              operationSection(`${method.toUpperCase()} ${path}`, operation, document),
            ),
          )}
          <h2>Schemas</h2>
          ${Object.entries(components.schemas).map(([name, schema]) => schemaSection(name, schema))}
        </main>
      </body>
    </html>`;
}
