import * as fc from "fast-check";
import { expect, it } from "vitest";
import { z } from "zod";

import { readHeaders, readQuery } from "./parameters.ts";
import { listQuerySchema } from "./schemas/list-schema.ts";

const names = Object.keys(listQuerySchema.shape);
const read = (text: string) => readQuery(new URLSearchParams(text), listQuerySchema);

it("reads texts as what the schema wants: lists, numbers and texts", () => {
  expect(read("status=queued,held&status=running&limit=007&user_id=7&cursor=a%2Cb")).toEqual({
    values: { status: ["queued", "held", "running"], limit: 7, user_id: "7", cursor: "a,b" },
    errors: [],
  });
  expect(read("")).toEqual({ values: {}, errors: [] });
});

it("names every parameter that is unknown or given twice, each once, whatever the query", () => {
  const name = fc.oneof(fc.constantFrom(...names, "__proto__", "constructor"), fc.string());
  const pairs = fc.array(fc.tuple(name, fc.string()), { maxLength: 12 });
  fc.assert(
    fc.property(pairs, (given) => {
      const query = new URLSearchParams(given);
      const { errors } = readQuery(query, listQuerySchema);
      const pointers = errors.map(({ pointer }) => pointer);
      expect(new Set(pointers).size).toBe(pointers.length);
      for (const key of query.keys()) {
        const isTwice = key !== "status" && query.getAll(key).length > 1;
        if (names.includes(key) && !isTwice) continue;
        expect(pointers).toContain(`/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`);
      }
      for (const error of errors) {
        expect(error.in).toBe("query");
        expect(error.message).not.toBe("");
      }
    }),
  );
});

it("leaves header fields alone that the schema does not name", () => {
  const schema = z.strictObject({ "x-count": z.string().max(2).optional() });
  const headers = new Headers({ accept: "*/*", "X-Count": "12" });
  expect(readHeaders(headers, schema)).toEqual({ values: { "x-count": "12" }, errors: [] });
  headers.set("x-count", "123");
  expect(readHeaders(headers, schema).errors).toEqual([
    {
      in: "header",
      pointer: "/x-count",
      code: "too_long",
      message: "must have at most 2 characters",
    },
  ]);
});
