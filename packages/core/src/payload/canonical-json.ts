/**
 * Serialises a JSON value the same way whatever the order of its keys, as RFC 8785 does: for
 * digests. Keys are sorted by UTF-16 code units, numbers and strings are written as
 * `JSON.stringify` writes them, and there is no white space. A lone surrogate, which the RFC
 * refuses, is written as its escape, so that every parsed body has a digest. A member that is
 * `undefined` is left out.
 *
 * @param value - JSON; nested no deeper than the call stack bears (validated requests are shallow)
 * @throws {TypeError} when some part of it is not JSON: NaN, a function, a Date, a bigint.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "string" || typeof value === "boolean")
    return JSON.stringify(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  // Array.from turns holes into undefined, which is refused like any other.
  if (Array.isArray(value)) return `[${Array.from(value, canonicalJson).join(",")}]`;
  if (typeof value === "object" && Object.prototype.toString.call(value) === "[object Object]")
    return canonicalObject(value);
  throw new TypeError(`not a JSON value: ${typeof value}`);
}

function canonicalObject(value: object): string {
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}
