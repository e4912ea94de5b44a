import { describe, expect, it } from "vitest";
import { readLoopbackTarget } from "./loopback-target.ts";

describe("readLoopbackTarget", () => {
  it.each([
    "http://127.0.0.1:1234/callbacks/t",
    "http://127.8.9.10/",
    "http://127.1/",
    "http://0x7f000001/",
    "http://[::1]:80/",
    "http://[0:0:0:0:0:0:0:1]/",
    "https://localhost/",
    "http://LOCALHOST:9/",
  ])("lets %s be sent to", (url) => {
    expect(readLoopbackTarget(url)?.url.href).toBe(new URL(url).href);
  });

  it.each([
    "http://callback.test/",
    "http://127.0.0.1.callback.test/",
    "http://localhost.callback.test/",
    "http://localhost./",
    "http://127.0.0.1@callback.test/",
    "http://callback.test/?http://127.0.0.1/",
    "http://0.0.0.0/",
    "http://128.0.0.1/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::]/",
  ])("lets nothing be sent to %s", (url) => {
    expect(readLoopbackTarget(url)).toBeUndefined();
  });

  it("leaves out a name and a password, however they are written", () => {
    expect(readLoopbackTarget("http://%zz:p@127.0.0.1/t")?.url.href).toBe("http://127.0.0.1/t");
  });

  it("knows localhost by itself, in both families", () => {
    const lookup = readLoopbackTarget("http://localhost/")?.lookup;
    const answers: unknown[] = [];
    lookup?.("localhost", { all: true }, (_error, addresses) => answers.push(addresses));
    lookup?.("localhost", {}, (_error, address, family) => answers.push([address, family]));
    expect(answers).toEqual([
      [
        { address: "127.0.0.1", family: 4 },
        { address: "::1", family: 6 },
      ],
      ["127.0.0.1", 4],
    ]);
  });
});
