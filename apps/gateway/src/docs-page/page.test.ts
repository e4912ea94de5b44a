import { createHash } from "node:crypto";

import { beforeAll, describe, expect, it } from "vitest";

import { appParts } from "../../test/app-parts.ts";
import { DOCUMENT } from "../../test/documented.ts";
import { createApp } from "../app.ts";
import { CALLS } from "../calls/calls.ts";
import { PROBLEMS } from "../problem.ts";
import { operationSection } from "./operation-section.ts";

let page: string;
let policy: string;
beforeAll(async () => {
  const app = createApp({ ...appParts(), producer: {} as never });
  const answer = await app.request("http://localhost/docs", { headers: { host: "localhost" } });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toMatch(/^text\/html; charset=utf-8$/i);
  page = await answer.text();
  policy = answer.headers.get("content-security-policy") ?? "";
});

const idsIn = (text: string): string[] =>
  [...text.matchAll(/ id="([^"]+)"/g)].map(([, id = ""]) => id);

describe("the page of the document", () => {
  it("has every call, every schema and every problem", () => {
    const schemas = Object.keys(DOCUMENT.components.schemas).map((name) => `schema-${name}`);
    expect(idsIn(page).toSorted()).toEqual([...CALLS.map(({ id }) => id), ...schemas].toSorted());
    for (const { method, path } of CALLS) expect(page).toContain(`${method.toUpperCase()} ${path}`);
    for (const code of Object.keys(PROBLEMS)) expect(page).toContain(code);
  });

  it("links only to what it has, and to the document", () => {
    const targets = [...page.matchAll(/ href="([^"]+)"/g)].map(([, target = ""]) => target);
    expect(targets.length).toBeGreaterThan(100);
    const known = new Set([...idsIn(page).map((id) => `#${id}`), "/openapi.json"]);
    expect(targets.filter((target) => !known.has(target))).toEqual([]);
  });

  it("fetches nothing and runs nothing", () => {
    expect(page).not.toMatch(/<(?:script|link|img|iframe|object|embed|form|base)\b/i);
    expect(page).not.toMatch(/\s(?:src|srcset|style|on\w+)=/i);
    expect(page).not.toMatch(/@import|url\(/);
  });

  it("lets a browser take its own style sheet and nothing else", () => {
    const [, sheet = ""] = /<style>(.*?)<\/style>/s.exec(page) ?? [];
    expect(sheet).toContain("font-family");
    const hash = createHash("sha256").update(sheet).digest("base64");
    expect(policy.split("; ").toSorted()).toEqual([
      "base-uri 'none'",
      "default-src 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      `style-src 'sha256-${hash}'`,
    ]);
  });

  it("escapes what the document says", async () => {
    const hostile = { description: "<script>a&b</script>", "x-access": "open" };
    const operation = { operationId: "x", parameters: [], responses: {}, ...hostile };
    const section = String(await operationSection("GET /x", operation, DOCUMENT));
    expect(section).toContain("&lt;script&gt;a&amp;b&lt;/script&gt;");
  });
});
