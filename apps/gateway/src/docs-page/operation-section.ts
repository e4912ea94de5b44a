import { html } from "hono/html";

import type { OpenApiDocument } from "../openapi/document.ts";
import type { JsonSchema } from "../openapi/json-schema.ts";
import { folded, jsonBlock, type Markup } from "./parts.ts";

type Operation = OpenApiDocument["paths"][string][string];

/** A body in one of its types, as the document has it. */
interface Media {
  readonly schema: JsonSchema;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

/** One call: who may make it, what it takes, what it answers. */
export function operationSection(
  title: string,
  operation: Operation,
  document: OpenApiDocument,
): Markup {
  const body = operation.requestBody;
  return html`<section id="${operation.operationId}">
    <h3><code>${title}</code></h3>
    <p><strong>${operation["summary"]}.</strong> ${operation["description"] ?? ""}</p>
    <p>${accessWords(String(operation["x-access"]))}</p>
    ${parameterTable(operation.parameters, document)}
    ${
      body === undefined
        ? ""
        : html`<h4>Body${body["required"] === true ? "" : ", may be left out"}</h4>
            ${contents(body["content"])}`
    }
    <h4>Answers</h4>
    ${Object.entries(operation.responses).map(
      ([status, response]) =>
        html`<p><strong>${status}</strong> ${response["description"]}</p>
          ${contents(response["content"])}`,
    )}
  </section>`;
}

function accessWords(access: string): string {
  if (access === "open") return "Open to everybody.";
  if (access === "any" || access === "metrics") return "Where tokens are set: any token.";
  return `Where tokens are set: a token with the scope ${access}.`;
}

function parameterTable(parameters: readonly JsonSchema[], document: OpenApiDocument): Markup {
  const shared = document.components["parameters"] as Readonly<Record<string, JsonSchema>>;
  const rows = parameters.map((given) => {
    const { $ref } = given as { readonly $ref?: string };
    return shared[$ref?.split("/").at(-1) ?? ""] ?? given;
  });
  return html`<h4>Parameters</h4>
    <table>
      <tr>
        <th>name</th>
        <th>in</th>
        <th>schema</th>
        <th></th>
      </tr>
      ${rows.map(
        (row) =>
          html`<tr>
            <td><code>${row["name"]}</code>${row["required"] === true ? ", required" : ""}</td>
            <td>${row["in"]}</td>
            <td><code>${JSON.stringify(row["schema"])}</code></td>
            <td>${row["description"] ?? ""}</td>
          </tr>`,
      )}
    </table>`;
}

function contents(given: unknown): Markup[] {
  const byType = (given ?? {}) as Readonly<Record<string, Media>>;
  return Object.entries(byType).map(
    ([type, { schema, examples = {} }]) =>
      html`<p><code>${type}</code></p>
        ${jsonBlock(schema)}
        ${Object.entries(examples).map(([name, { value }]) =>
          folded(`Example: ${name}`, jsonBlock(value)),
        )}`,
  );
}
