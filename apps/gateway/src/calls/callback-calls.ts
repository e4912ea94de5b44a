import { callbackReceivedSchema } from "../schemas/callback-schema.ts";
import type { Call } from "./call.ts";

/** What the upstream calls. */
export const CALLBACK_CALLS = [
  {
    id: "receiveCallback",
    method: "post",
    path: "/callbacks/{token}",
    surface: "callbacks",
    access: "open",
    tag: "callbacks",
    summary: "Take a callback of the upstream",
    description:
      "The address is made for one attempt of one generation and good for a week. Every other token is a path that is not there, and so is every other method. The body names a task, wrapped or bare, within 64 KiB; it is believed once a status call says the same.",
    query: null,
    answers: [
      {
        status: 200,
        description: "It is stored, or there was nothing to do for it.",
        schema: callbackReceivedSchema,
        examples: { received: { received: true } },
      },
    ],
    problems: ["malformed_request", "not_found", "unavailable", "internal"],
  },
] as const satisfies readonly Call[];
