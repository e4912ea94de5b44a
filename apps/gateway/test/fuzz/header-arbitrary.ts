import fc from "fast-check";

/** The tokens of the gateway that has some, by their scopes. */
export const TOKENS = {
  "tk-both": "submit+read",
  "tk-read": "read",
  "tk-submit": "submit",
  "tk-admin": "admin",
} as const;

const HEADER_TEXT = fc
  .string({
    unit: fc.constantFrom(...Array.from("abc019-_.,;:/= \t\u00e9\u00ff\"'")),
    maxLength: 80,
  })
  .map((text) => text.trim());

const HEADERS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  "x-request-id": HEADER_TEXT,
  "idempotency-key": fc.oneof(
    fc.nat(60).map((n) => `key-${n}`),
    HEADER_TEXT,
    fc.constant("k".repeat(256)),
  ),
  "last-event-id": fc.oneof(
    fc.constantFrom("0-0", "1-1", "end-1", "end-2", "9".repeat(80), "999999999999999-1"),
    HEADER_TEXT,
  ),
  accept: fc.constantFrom("text/plain", "application/json", "*/*", "text/event-stream", ",;q=", ""),
  origin: fc.constantFrom("http://localhost", "https://evil.example", "null", ""),
  "sec-fetch-site": fc.constantFrom("same-origin", "cross-site", "none", "?"),
  "content-encoding": fc.constantFrom("gzip", "identity", "br", ""),
  "x-forwarded-host": fc.constant("evil.example"),
  cookie: HEADER_TEXT,
  "x-odd": HEADER_TEXT,
};

const CONTENT_TYPES = fc.oneof(
  { weight: 9, arbitrary: fc.constant("application/json") },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "application/json; charset=utf-8",
      "APPLICATION/JSON ;x",
      "text/json",
      "text/plain",
      "multipart/form-data",
      "application/problem+json",
      "",
    ),
  },
);
const AUTHORIZATIONS = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(...Object.keys(TOKENS)).map((token) => `Bearer ${token}`),
  },
  { weight: 4, arbitrary: fc.constant("Bearer tk-admin") },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.constantFrom("Bearer", "Bearer x", "Basic eDp5", "bearer  tk-read", ""),
      HEADER_TEXT,
    ),
  },
);
const HOSTS = fc.oneof(
  { weight: 30, arbitrary: fc.constant("localhost") },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "evil.example",
      "localhost:99999",
      "127.0.0.1",
      "[::1]:1",
      "LOCALHOST",
      "a@b",
      "localhost ",
      "",
    ),
  },
);

const IDEMPOTENCY_KEYS = fc.nat(60).map((n): [string, string] => ["idempotency-key", `key-${n}`]);

const NAMED = Object.entries(HEADERS).map(([name, values]) =>
  values.map((value): [string, string] => [name, value]),
);

/** Header fields in their order, some of them more than once. */
export const HEADER_LISTS: fc.Arbitrary<readonly (readonly [string, string])[]> = fc
  .tuple(
    HOSTS,
    fc.option(AUTHORIZATIONS, { freq: 8, nil: null }),
    CONTENT_TYPES,
    fc.array(fc.oneof({ weight: 8, arbitrary: IDEMPOTENCY_KEYS }, ...NAMED), { maxLength: 2 }),
  )
  .map(([host, authorization, type, more]) => [
    ["host", host],
    ...(authorization === null ? [] : [["authorization", authorization] as const]),
    ["content-type", type],
    ...more,
  ]);
