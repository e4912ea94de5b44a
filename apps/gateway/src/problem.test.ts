import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

import { problem, type ProblemCode, PROBLEMS } from "./problem.ts";

it("every problem is in docs/http.md with its status, and no other", () => {
  const page = readFileSync(new URL("../../../docs/http.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| `([a-z_]+)` \| (\d{3}) \|/gm)];
  const documented = Object.fromEntries(rows.map(([, code, status]) => [code, Number(status)]));
  const served = Object.entries(PROBLEMS).map(([code, { status }]) => [code, status]);
  expect(documented).toEqual(Object.fromEntries(served));
});

it("a problem has the members of RFC 9457, its code, and Retry-After where trying again helps", async () => {
  for (const code of Object.keys(PROBLEMS) as ProblemCode[]) {
    const response = problem(code);
    const body = (await response.json()) as Record<string, unknown>;
    const { status, title } = PROBLEMS[code];
    expect(response.status).toBe(status);
    expect(body).toEqual({ type: `urn:apidot-queue:problem:${code}`, title, status, code });
    expect(response.headers.has("retry-after")).toBe(status === 503);
  }
});
