import * as fc from "fast-check";
import { expect, test } from "vitest";

import { KNOWN_NAMES } from "./known-names.ts";
import { editDistance, probablyMeant } from "./misspelling.ts";

test.each([
  ["APIDOT_API_KEYS", "APIDOT_API_KEY"],
  ["APIDOT_APIKEY", "APIDOT_API_KEY"],
  ["REDIS_URI", "REDIS_URL"],
  ["REDIS_ULR", "REDIS_URL"],
  ["REDIS_URL_FLIE", "REDIS_URL_FILE"],
  ["MAX_PAID_ATEMPTS", "MAX_PAID_ATTEMPTS"],
  ["EMULATOR_FAULT", "EMULATOR_FAULTS"],
  ["CALLBACK_SECRET", "CALLBACK_SECRETS"],
])("%s was meant to be %s", (name, meant) => {
  expect(probablyMeant(name, KNOWN_NAMES)).toBe(meant);
});

test.each([
  ["a name of ours", "MAX_PAID_ATTEMPTS"],
  ["a short name", "LOG_LVL"],
  ["a name three edits away", "APIDOT_API_TOKEN"],
  ["a port that an orchestrator made up", "METRIC_PORT"],
  ["a host that an orchestrator made up", "METRICZ_HOST"],
  ["an address that an orchestrator made up", "REDIS_ADDR"],
  ["a name of the shell", "HOSTNAME"],
])("%s is left alone (%s)", (_why, name) => {
  expect(probablyMeant(name, KNOWN_NAMES)).toBeNull();
});

const LETTER = fc.constantFrom("A", "E", "I", "O", "S", "T", "X", "_");

/** One letter replaced, inserted or removed. */
const EDIT = fc.tuple(fc.constantFrom("replace", "insert", "remove"), fc.nat(), LETTER);

function edit(name: string, [kind, at, letter]: [string, number, string]): string {
  const index = at % name.length;
  const rest = name.slice(kind === "insert" ? index : index + 1);
  return name.slice(0, index) + (kind === "remove" ? "" : letter) + rest;
}

test("any one or two edits of a long name of ours are noticed", () => {
  const longNames = KNOWN_NAMES.filter((name) => name.length >= 10);
  fc.assert(
    fc.property(
      fc.constantFrom(...longNames),
      fc.array(EDIT, { minLength: 1, maxLength: 2 }),
      (name, edits) => {
        const misspelt = edits.reduce(edit, name);
        fc.pre(!KNOWN_NAMES.includes(misspelt) && !/_(PORT|HOST|ADDR)$/.test(misspelt));
        const meant = probablyMeant(misspelt, KNOWN_NAMES);
        expect(meant).not.toBeNull();
        expect(editDistance(misspelt, meant ?? "")).toBeLessThanOrEqual(edits.length);
      },
    ),
  );
});

test("the distance is a metric", () => {
  const text = fc.string({ maxLength: 12 });
  fc.assert(
    fc.property(text, text, text, (a, b, c) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
      expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
    }),
  );
});
