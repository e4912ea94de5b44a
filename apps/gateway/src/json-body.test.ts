import { expect, it } from "vitest";

import { readJsonBody, readOptionalJsonBody } from "./json-body.ts";

const JSON_TYPE = { "content-type": "application/json" };
const LIMIT = 262_144;

function request(
  body: string | Uint8Array | ReadableStream | null,
  headers: Record<string, string> = JSON_TYPE,
): Request {
  return new Request("http://localhost/", { method: "POST", body, headers, duplex: "half" });
}

async function codeOf(reading: ReturnType<typeof readJsonBody>): Promise<unknown> {
  const body = await reading;
  return body.ok ? "ok" : body.code;
}

it.each(["application/json", "Application/JSON ; charset=utf-8", "application/json;charset=UTF-8"])(
  "takes a body that is declared as %s",
  async (type) => {
    const body = await readJsonBody(request('{"a":"é"}', { "content-type": type }));
    expect(body).toEqual({ ok: true, value: { a: "é" } });
  },
);

it.each([
  {},
  { "content-type": "text/plain" },
  { "content-type": "application/x-www-form-urlencoded" },
  { "content-type": "application/jsonp" },
  { "content-type": "application/problem+json" },
  { ...JSON_TYPE, "content-encoding": "gzip" },
])("refuses a body that is declared as %o", async (headers) => {
  expect(await codeOf(readJsonBody(request("{}", headers)))).toBe("unsupported_media_type");
  expect(await codeOf(readOptionalJsonBody(request("{}", headers)))).toBe("unsupported_media_type");
});

it("refuses bytes that are not UTF-8 instead of storing other characters", async () => {
  const bytes = Buffer.concat([Buffer.from('{"a":"caf'), Buffer.from([0xe9]), Buffer.from('"}')]);
  expect(await codeOf(readJsonBody(request(bytes)))).toBe("invalid_json");
});

it.each(["", "{", "{}{}", "undefined"])("refuses %o as JSON", async (text) => {
  expect(await codeOf(readJsonBody(request(text)))).toBe("invalid_json");
});

it("takes 256 KiB and refuses one byte more, however it is announced", async () => {
  const full = JSON.stringify("x".repeat(LIMIT - 2));
  expect(await codeOf(readJsonBody(request(full)))).toBe("ok");
  expect(await codeOf(readJsonBody(request(`${full} `)))).toBe("body_too_large");
  const announced = { ...JSON_TYPE, "content-length": String(LIMIT + 1) };
  expect(await codeOf(readJsonBody(request("{}", announced)))).toBe("body_too_large");
});

it("stops to read a body without an end at the limit", async () => {
  let sentCount = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      sentCount += 1;
      controller.enqueue(new Uint8Array(65_536));
    },
  });
  expect(await codeOf(readJsonBody(request(endless)))).toBe("body_too_large");
  expect(sentCount).toBeLessThan(10);
});

it("does not fail for a body that breaks off", async () => {
  const broken = new ReadableStream({ pull: (c) => c.error(new Error("reset")) });
  expect(await codeOf(readJsonBody(request(broken)))).toBe("invalid_json");
});

it("takes no body where one is optional, whatever its type", async () => {
  const none = { ok: true, value: undefined };
  expect(await readOptionalJsonBody(request(null, {}))).toEqual(none);
  expect(await readOptionalJsonBody(request("", { "content-type": "text/plain" }))).toEqual(none);
});

it("reads a body whose length is announced like one without, and holds it to the limit", async () => {
  const announced = (text: string): Request =>
    request(text, { ...JSON_TYPE, "content-length": "2" });
  expect(await readJsonBody(announced('{"a":"é"}'))).toEqual({ ok: true, value: { a: "é" } });
  const large = JSON.stringify("x".repeat(LIMIT));
  expect(await codeOf(readJsonBody(announced(large)))).toBe("body_too_large");
});
