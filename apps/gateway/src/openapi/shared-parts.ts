import type { JsonSchema } from "./json-schema.ts";

/** Header fields of answers. */
export const RESPONSE_HEADERS: Readonly<Record<string, JsonSchema>> = {
  RequestId: {
    description: "The caller's own where it was usable, else a new one; the log has it too.",
    schema: { type: "string", pattern: "^[A-Za-z0-9._-]{1,64}$" },
  },
  Location: {
    description: "The path of the generation.",
    schema: { type: "string" },
  },
  RetryAfter: {
    description: "Seconds after which trying again makes sense.",
    schema: { type: "integer", minimum: 1 },
  },
};

/** Who calls, where the gateway has tokens. */
export const TOKEN_SCHEME: JsonSchema = {
  type: "http",
  scheme: "bearer",
  description:
    "A token of GATEWAY_TOKENS. x-access names what a call asks for: open, any token, or a scope; metrics are open where only this machine reaches the gateway. Where no tokens are set none is needed, and only programs of the same machine get in.",
};

/** The one header that every call takes. */
export const REQUEST_ID_PARAMETER: JsonSchema = {
  name: "X-Request-Id",
  in: "header",
  required: false,
  description: "Comes back in the answer; one that has other characters is replaced.",
  schema: { type: "string", pattern: "^[A-Za-z0-9._-]{1,64}$" },
};
