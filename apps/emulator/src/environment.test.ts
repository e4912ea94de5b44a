import { describe, expect, it } from "vitest";
import { readEnvironment } from "./environment.ts";

describe("readEnvironment", () => {
  it("has a default for everything, and takes an empty variable for an unset one", () => {
    const defaults = { ok: true, options: { port: 8788, keys: [], faults: [] } };
    expect(readEnvironment({})).toEqual(defaults);
    expect(readEnvironment({ EMULATOR_PORT: "", EMULATOR_KEYS: "", EMULATOR_FAULTS: "" })).toEqual(
      defaults,
    );
  });

  it("reads every variable", () => {
    const reading = readEnvironment({
      HOST: "0.0.0.0",
      EMULATOR_PORT: "0",
      EMULATOR_KEYS: "one, two",
      EMULATOR_CREDITS: "100",
      EMULATOR_SEED: "7",
      EMULATOR_SPEED: "0.5",
      EMULATOR_FAULTS: '[{"on":"submit","kind":"stuck"}]',
      EMULATOR_LEDGER: "ledger.jsonl",
      PATH: "/bin",
    });
    expect(reading).toEqual({
      ok: true,
      options: {
        host: "0.0.0.0",
        port: 0,
        keys: ["one", "two"],
        credits: 100,
        seed: 7,
        speed: 0.5,
        faults: [{ on: "submit", kind: "stuck" }],
        ledgerFile: "ledger.jsonl",
      },
    });
  });

  it.each([
    ["EMULATOR_PORT", "65536"],
    ["EMULATOR_PORT", "http"],
    ["EMULATOR_PORT", "1e3"],
    ["EMULATOR_KEYS", "one,,two"],
    ["EMULATOR_KEYS", "one two"],
    ["EMULATOR_CREDITS", "-1"],
    ["EMULATOR_CREDITS", "many"],
    ["EMULATOR_SEED", "1.5"],
    ["EMULATOR_SPEED", "0"],
    ["EMULATOR_SPEED", "Infinity"],
    ["EMULATOR_FAULTS", "off"],
    ["EMULATOR_FAULTS", "{}"],
    ["EMULATOR_SEDE", "1"],
    ["EMULATOR_LEDGERS", "x"],
  ])("names %s when it is %s", (name, value) => {
    const reading = readEnvironment({ [name]: value });
    expect(reading).toEqual({ ok: false, mistakes: [expect.stringMatching(`^${name}: `)] });
  });

  it("names every mistake, each on a line of its own", () => {
    const reading = readEnvironment({
      EMULATOR_PORT: "x",
      EMULATOR_SPEED: "x",
      EMULATOR_FAULTS: '[{"on":"submit","kind":"slow"},{"on":"x","kind":"stuck"}]',
    });
    expect(reading.ok ? [] : reading.mistakes).toHaveLength(4);
  });

  it("leaves alone what platforms set for a service that is named like ours", () => {
    expect(readEnvironment({ EMULATE_HOST: "x", EMULATOR_PORTS_PORT: "x" }).ok).toBe(true);
  });
});
