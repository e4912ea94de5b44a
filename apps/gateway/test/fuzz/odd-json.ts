import fc from "fast-check";

/** Values where others are expected. */
const ODD_VALUES = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom<unknown>(
    null,
    true,
    [],
    {},
    "",
    "\u0000",
    "\ud800",
    "x".repeat(5_000),
    -0,
    1e308,
    0.1,
    2 ** 53,
    Number.MIN_SAFE_INTEGER,
    { __proto__: null, constructor: 1 },
    [[[[[[[[[]]]]]]]]],
  ),
);

const ODD_NAMES = fc.constantFrom(
  "__proto__",
  "constructor",
  "toString",
  "",
  "prototype",
  "model",
  "input",
  "\u0000",
  "a/b~c",
  "lane",
);

type Slot = { readonly holder: Record<string, unknown>; readonly name: string };

/** Every place inside of a value that could be another. */
function slotsOf(value: unknown): Slot[] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((name) => [{ holder, name }, ...slotsOf(holder[name])]);
}

/** Values that are right but for one place. */
function spoiled(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const change = fc.tuple(fc.nat(50), ODD_VALUES, ODD_NAMES, fc.constantFrom("set", "drop", "add"));
  return fc.tuple(values, change).map(([value, [at, odd, name, how]]) => {
    const changed = structuredClone(value);
    const slots = slotsOf(changed);
    const slot = slots[at % Math.max(slots.length, 1)];
    if (slot === undefined) return odd;
    if (how === "set") slot.holder[slot.name] = odd;
    if (how === "drop") delete slot.holder[slot.name];
    // By definition, not by assignment: `__proto__` shall be a key as well.
    if (how === "add") Object.defineProperty(slot.holder, name, { value: odd, enumerable: true });
    return changed;
  });
}

const NESTED = [64, 5_000, 100_000].flatMap((depth) => [
  "[".repeat(depth) + "]".repeat(depth),
  '{"a":'.repeat(depth) + "1" + "}".repeat(depth),
  "[".repeat(depth),
]);

/** Bytes that are no JSON, or JSON that nobody writes. */
const STRANGE = fc.constantFrom<Buffer>(
  ...[
    "",
    " ",
    "null",
    "0",
    '"x"',
    "[]",
    "NaN",
    "1e999",
    "{",
    "\ufeff{}",
    "{}\u0000",
    '{"a":1,}',
  ].map((text) => Buffer.from(text)),
  ...NESTED.map((text) => Buffer.from(text)),
  Buffer.from([0xff, 0xfe, 0x7b, 0x7d]),
  Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
  Buffer.from(`{"model":"veo3.1-lite","input":{"prompt":"${"x".repeat(262_144)}"}}`),
  Buffer.alloc(262_144, 0x20),
  Buffer.alloc(300_000, 0x20),
);

const SPELLINGS: readonly ((text: string, at: number) => string)[] = [
  (text) => text,
  (text) => text,
  (text, at) => text.slice(0, at % (text.length + 1)),
  (text) => `\n\t ${text} \r\n`,
  (text) => `${text}${text}`,
  // Each first member once more: the last one counts.
  (text) => text.replace(/^\{("(?:[^"\\]|\\.)*":(?:[^{[,]*?)),/, "{$1,$1,"),
  (text) => text.replaceAll(/[a-z]/g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`),
  (text, at) => {
    const cut = at % (text.length + 1);
    return `${text.slice(0, cut)}\u{1f600}${text.slice(cut)}`;
  },
];

/** Bodies: mostly right, or right but for one thing, some of them nothing at all. */
export function bodiesOf(values: fc.Arbitrary<unknown>): fc.Arbitrary<Buffer> {
  const spelled = (of: fc.Arbitrary<unknown>): fc.Arbitrary<Buffer> =>
    fc
      .tuple(of, fc.constantFrom(...SPELLINGS), fc.nat(4_000))
      .map(([value, spell, at]) => Buffer.from(spell(JSON.stringify(value) ?? "", at)));
  return fc.oneof(
    { weight: 5, arbitrary: values.map((value) => Buffer.from(JSON.stringify(value))) },
    { weight: 8, arbitrary: spelled(spoiled(values)) },
    { weight: 3, arbitrary: spelled(values) },
    { weight: 1, arbitrary: STRANGE },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)) },
  );
}
