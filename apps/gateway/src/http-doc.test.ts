import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

import { CALLS } from "./calls/calls.ts";
import { PROBLEMS } from "./problem.ts";
import { listQuerySchema } from "./schemas/list-schema.ts";

const page = readFileSync(new URL("../../../docs/http.md", import.meta.url), "utf8");

it("every problem is in docs/http.md with its status, and no other", () => {
  const rows = [...page.matchAll(/^\| `([a-z_]+)` \| (\d{3}) \|/gm)];
  const documented = Object.fromEntries(rows.map(([, code, status]) => [code, Number(status)]));
  const served = Object.entries(PROBLEMS).map(([code, { status }]) => [code, status]);
  expect(documented).toEqual(Object.fromEntries(served));
});

it("every call is in docs/http.md with the status of its answer, and no other", () => {
  const rows = [...page.matchAll(/^\| `([A-Z]+) (\/\S*)` \| (\d{3})?/gm)];
  const documented = rows.map(([, method, path, status]) => [method, path, status]);
  const served = CALLS.map(({ method, path, answers }) => {
    // These answer with a whole text, which is said in words.
    const hasStatus = !["/metrics", "/openapi.json", "/docs"].includes(path);
    return [method.toUpperCase(), path, hasStatus ? String(answers[0].status) : undefined];
  });
  expect(documented).toEqual(served);
});

it("what each call asks of its caller is in docs/http.md", () => {
  const [, table = ""] = page.split("| call | asks for |");
  const rows = [...(table.split("\n\n")[0] ?? "").matchAll(/^\| (`.*`) \| (.*) \|$/gm)];
  const documented = rows.flatMap(([, ids = "", asks = ""]): [string, string | undefined][] =>
    [...ids.matchAll(/`(\w+)`/g)].map(([, id = ""]) => [
      id,
      asks.split(";")[0]?.replaceAll("`", ""),
    ]),
  );
  const words = { open: "nothing", any: "any token", metrics: "any token" };
  const served = CALLS.map(({ id, access }): [string, string] => [
    id,
    access in words ? words[access as keyof typeof words] : `scope ${access}`,
  ]);
  expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(served));
});

it("every parameter of a list is in docs/http.md, and no other", () => {
  const [, table = ""] = page.split("| parameter | narrows to |");
  const rows = [...(table.split("\n\n")[0] ?? "").matchAll(/^\| `([a-z_]+)` \|/gm)];
  expect(rows.map(([, name]) => name)).toEqual(Object.keys(listQuerySchema.shape));
});
