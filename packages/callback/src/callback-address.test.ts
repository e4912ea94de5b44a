import { newGenerationId } from "@apidot-queue/core";
import { expect, it } from "vitest";

import { callbackAddress } from "./callback-address.ts";
import { readCallbackToken } from "./callback-token.ts";

const KEYS = [{ kid: "k", secret: "a secret of some length" }] as const;

it.each(["https://queue.example", "https://queue.example/", "http://127.0.0.1:8787/below/this"])(
  "an address stands below %s and ends in the token of its attempt",
  (publicUrl) => {
    const subject = { id: newGenerationId("default", Date.now()), attempt: 2 };
    const address = callbackAddress(publicUrl, KEYS)(subject);
    const root = publicUrl.replace(/\/$/, "");
    expect(address.startsWith(`${root}/callbacks/`)).toBe(true);
    const token = address.slice(address.lastIndexOf("/") + 1);
    expect(readCallbackToken(token, KEYS, Date.now())).toEqual(subject);
  },
);
