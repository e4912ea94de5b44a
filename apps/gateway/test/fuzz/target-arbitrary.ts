import fc from "fast-check";

import type { JsonSchema } from "../../src/openapi/json-schema.ts";
import { DOCUMENT } from "../documented.ts";
import { valuesOf } from "./schema-arbitrary.ts";

const { schemas } = DOCUMENT.components;

const ODD_SEGMENTS = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }).map((text) => inUrl(text)),
  fc.constantFrom(
    ".",
    "..",
    "%2e%2e",
    "%00",
    "%ff",
    "%",
    "%zz",
    "%2F",
    "%5c",
    "~id0~%2f..",
    "x".repeat(5_000),
    "%F0%9F%98%80",
    "a;b=c",
    "*",
    ":id",
    "{id}",
    "null",
    "default_01jd0000000000000000000000",
    "__proto__",
    "~id1~%00",
    "~id1~ ".trim(),
    "%E2%80%AE",
  ),
);

/** A half of a surrogate pair cannot stand in a URL. */
function inUrl(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Cs}/gu, "?"));
}

const KNOWN: Readonly<Record<string, string>> = {
  id: "~id",
  task_id: "~id",
  lane: "~lane",
  token: "~callback",
};

function segmentOf(name: string): fc.Arbitrary<string> {
  const known = fc.nat(40).map((n) => `${KNOWN[name] ?? "~id"}${n}~`);
  return fc.oneof({ weight: 5, arbitrary: known }, { weight: 1, arbitrary: ODD_SEGMENTS });
}

function pathsOf(template: string): fc.Arbitrary<string> {
  const parts = template.split(/\{(\w+)\}/);
  const path = fc
    .tuple(...parts.map((part, at) => (at % 2 === 0 ? fc.constant(part) : segmentOf(part))))
    .map((texts) => texts.join(""));
  const tricks: readonly ((path: string) => string)[] = [
    (text) => `${text}/`,
    (text) => `/${text}`,
    (text) => text.replace("/", "//"),
    (text) => text.toUpperCase(),
    (text) => `/x/..${text}`,
    (text) => `/.${text}`,
    (text) => text.replace("/v1", "/v1/%2e%2e/v1"),
    (text) => text.replaceAll("/", "%2F").slice(3),
    (text) => `${text}/extra`,
    (text) => `${text};v=1`,
    (text) => `${text}%00`,
    (text) => `${text}.json`,
    (text) => text.replace("e", "%65"),
    () => "/",
    () => "/*",
    () => "//",
    () => "/\\..\\x",
  ];
  return fc.oneof(
    { weight: 12, arbitrary: path },
    {
      weight: 1,
      arbitrary: fc.tuple(path, fc.constantFrom(...tricks)).map(([text, trick]) => {
        const tricked = trick(text);
        return tricked.startsWith("/") ? tricked : `/${tricked}`;
      }),
    },
  );
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: JsonSchema;
}

function queriesOf(parameters: readonly Parameter[]): fc.Arbitrary<string> {
  const odd = fc.oneof(
    fc.string({ unit: "binary", maxLength: 20 }),
    fc.constantFrom("", "-1", "1e3", "0x10", "null", ",", "a,b", "x".repeat(2_000), "\u0000"),
  );
  const pairs = parameters.map(({ name, schema }) => {
    const value: fc.Arbitrary<unknown> =
      name === "cursor"
        ? fc.nat(40).map((n) => `~cursor${n}~`)
        : name === "lane"
          ? fc.constant("~lane0~")
          : valuesOf(schema, schemas);
    const text = fc.oneof(
      { weight: 4, arbitrary: value.map(String) },
      { weight: 1, arbitrary: odd },
    );
    return text.map((one) => `${name}=${encoded(one)}`);
  });
  const strange = fc.constantFrom(
    "a=1",
    "=",
    "&&&",
    "%",
    "%ff=1",
    "__proto__=1",
    "limit",
    "limit[]=1",
  );
  const some =
    pairs.length === 0 ? fc.constant([]) : fc.array(fc.oneof(...pairs), { maxLength: 4 });
  return fc.oneof(
    { weight: 10, arbitrary: fc.constant("") },
    { weight: pairs.length === 0 ? 0 : 20, arbitrary: some.map((all) => all.join("&")) },
    { weight: 1, arbitrary: fc.tuple(some, strange).map(([all, one]) => [...all, one].join("&")) },
  );
}

/** What stands for something known stays as it is. */
function encoded(text: string): string {
  return /^~\w+~$/.test(text) ? text : inUrl(text);
}

/** Paths and queries around a call: what stands in `~id3~` is put in when the request is sent. */
export function targetsOf(template: string, given: readonly JsonSchema[]): fc.Arbitrary<string> {
  const parameters = given.filter(({ in: place }) => place === "query");
  return fc
    .tuple(pathsOf(template), queriesOf(parameters as unknown as readonly Parameter[]))
    .map(([path, query]) => (query === "" ? path : `${path}?${query}`));
}
