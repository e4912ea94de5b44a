/** A request that is refused before anybody looks at its fields, or for more than its body. */
export interface BadBytes {
  readonly title: string;
  readonly body: string | Uint8Array<ArrayBuffer>;
  /** Laid over `content-type: application/json`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly status: 400 | 413 | 415;
  readonly code: string;
  /** `[in ]pointer code`, sorted. @defaultValue none */
  readonly wrong?: readonly string[];
}

const GOOD = '{"model":"veo3.1-lite","input":{"prompt":"x"}}';
const LIMIT = 262_144;

const broken = (title: string, body: BadBytes["body"]): BadBytes => ({
  title,
  body,
  status: 400,
  code: "invalid_json",
});
const declared = (type: string): BadBytes => ({
  title: `declared as ${type}`,
  body: GOOD,
  headers: { "content-type": type },
  status: 415,
  code: "unsupported_media_type",
});
const fields = (title: string, body: string, wrong: readonly string[]): BadBytes => ({
  title,
  body,
  status: 400,
  code: "invalid_request",
  wrong,
});

/** @see BadBytes */
export const BAD_BYTES: readonly BadBytes[] = [
  broken("nothing at all", ""),
  broken("an open brace", "{"),
  broken("cut off in a text", GOOD.slice(0, -6)),
  broken("a comma too many", '{"model":"veo3.1-lite",}'),
  broken("single quotes", "{'model':'veo3.1-lite'}"),
  broken("two values", `${GOOD}${GOOD}`),
  broken("a comment", `${GOOD} // note`),
  broken("a byte order mark of UTF-16", Buffer.from(`\uFEFF${GOOD}`, "utf16le")),
  broken("a byte that is not UTF-8", Buffer.from(GOOD.replace("x", "caf\xe9"), "latin1")),
  broken("NaN", '{"model":NaN}'),
  broken("a form", "model=veo3.1-lite&prompt=x"),
  declared("text/plain"),
  declared("application/x-www-form-urlencoded"),
  declared("multipart/form-data; boundary=x"),
  declared("application/json-patch+json"),
  {
    title: "compressed",
    body: GOOD,
    headers: { "content-encoding": "gzip" },
    status: 415,
    code: "unsupported_media_type",
  },
  {
    title: "a huge prompt",
    body: GOOD.replace("x", "x".repeat(LIMIT)),
    status: 413,
    code: "body_too_large",
  },
  { title: "huge and broken", body: "[".repeat(LIMIT + 1), status: 413, code: "body_too_large" },
  { title: "huge white space", body: " ".repeat(LIMIT + 1), status: 413, code: "body_too_large" },
  fields("__proto__ in the body", '{"model":"veo3.1-lite","input":{"prompt":"x"},"__proto__":{}}', [
    "/__proto__ unknown_field",
  ]),
  fields("__proto__ in the input", '{"model":"veo3.1-lite","input":{"prompt":"x","__proto__":1}}', [
    "/input/__proto__ unknown_field",
  ]),
  fields(
    "the prompt in a __proto__",
    '{"model":"veo3.1-lite","input":{"__proto__":{"prompt":"x"}}}',
    ["/input/__proto__ unknown_field", "/input/prompt required"],
  ),
  fields(
    "__proto__ in metadata",
    '{"model":"veo3.1-lite","input":{"prompt":"x"},"metadata":{"a":{"__proto__":{"b":1}}}}',
    ["/metadata/a/__proto__ invalid_value"],
  ),
  fields("constructor and prototype", '{"constructor":{"prototype":{}},"prototype":1}', [
    "/constructor unknown_field",
    "/input required",
    "/model required",
    "/prototype unknown_field",
  ]),
  {
    title: "an unknown parameter beside a missing prompt",
    body: '{"model":"veo3.1-fast","input":{}}',
    query: "?dry_run=1",
    status: 400,
    code: "invalid_request",
    wrong: ["/input/prompt required", "query /dry_run unknown_field"],
  },
  {
    title: "an empty key beside an unknown model",
    body: '{"model":"veo9","input":{"prompt":"x"}}',
    headers: { "idempotency-key": "" },
    status: 400,
    code: "invalid_request",
    wrong: ["/model unknown_model", "header /idempotency-key invalid_value"],
  },
  {
    title: "a key of 256 characters alone",
    body: GOOD,
    headers: { "idempotency-key": "k".repeat(256) },
    status: 400,
    code: "invalid_request",
    wrong: ["header /idempotency-key too_long"],
  },
];
