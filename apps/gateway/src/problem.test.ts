import { expect, it } from "vitest";

import { isPassing, problem, type ProblemCode, PROBLEMS } from "./problem.ts";

it("a problem has the members of RFC 9457, its code, and Retry-After where trying again helps", async () => {
  for (const code of Object.keys(PROBLEMS) as ProblemCode[]) {
    const response = problem(code);
    const body = (await response.json()) as Record<string, unknown>;
    const { status, title } = PROBLEMS[code];
    expect(response.status).toBe(status);
    expect(body).toEqual({ type: `urn:apidot-queue:problem:${code}`, title, status, code });
    expect(response.headers.has("retry-after")).toBe(isPassing(code));
  }
});
