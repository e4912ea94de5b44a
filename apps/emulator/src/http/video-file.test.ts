import { describe, expect, it } from "vitest";
import { LONG_MS, setup } from "../../test/emulator-under-test.ts";
import { parseByteRange } from "./byte-range.ts";

async function setupFinished() {
  const bundle = await setup();
  const id = await bundle.submitForId();
  const fileUrl = `${bundle.emulator.url}/files/${id}.mp4`;
  return { ...bundle, id, fileUrl };
}

describe("the video of a finished task", () => {
  it("is an MP4 with picture and sound, small and whole", async () => {
    const { clock, fileUrl } = await setupFinished();
    clock.advance(LONG_MS);
    const response = await fetch(fileUrl);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("video/mp4");
    expect(response.headers.get("content-length")).toBe(String(bytes.length));
    expect(bytes.length).toBeLessThan(40_000);
    expect(boxesOf(bytes)).toEqual(expect.arrayContaining(["ftyp", "moov", "mdat"]));
    expect(boxesOf(bytes)[0]).toBe("ftyp");
    expect(bytes.includes("avc1")).toBe(true);
    expect(bytes.includes("mp4a")).toBe(true);
  });

  it("is not there before the end", async () => {
    const { fileUrl } = await setupFinished();
    const response = await fetch(fileUrl);
    await response.body?.cancel();
    expect(response.status).toBe(404);
  });

  it("can be had in ranges, and by HEAD without its bytes", async () => {
    const { clock, fileUrl } = await setupFinished();
    clock.advance(LONG_MS);
    const whole = Buffer.from(await (await fetch(fileUrl)).arrayBuffer());
    const part = await fetch(fileUrl, { headers: { range: "bytes=4-7" } });
    expect(part.status).toBe(206);
    expect(part.headers.get("content-range")).toBe(`bytes 4-7/${whole.length}`);
    expect(await part.text()).toBe("ftyp");
    const outside = await fetch(fileUrl, { headers: { range: `bytes=${whole.length}-` } });
    expect(outside.status).toBe(416);
    const head = await fetch(fileUrl, { method: "HEAD" });
    expect(head.headers.get("content-length")).toBe(String(whole.length));
    expect(await head.text()).toBe("");
  });
});

describe("parseByteRange", () => {
  it.each([
    [undefined, undefined],
    ["bytes=0-0", { first: 0, last: 0 }],
    ["bytes=10-", { first: 10, last: 99 }],
    ["bytes=-10", { first: 90, last: 99 }],
    ["bytes=-1000", { first: 0, last: 99 }],
    ["bytes=90-1000", { first: 90, last: 99 }],
    ["bytes=100-", null],
    ["bytes=-0", null],
    ["bytes=5-4", undefined],
    ["bytes=-", undefined],
    ["bytes=0-1,5-6", undefined],
    ["lines=0-1", undefined],
  ])("reads %s of 100 bytes", (header, range) => {
    expect(parseByteRange(header, 100)).toEqual(range);
  });
});

/** The types of the top-level boxes; throws where their lengths do not add up. */
function boxesOf(bytes: Buffer): string[] {
  const types: string[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    types.push(bytes.toString("latin1", offset + 4, offset + 8));
    offset += bytes.readUInt32BE(offset);
  }
  expect(offset).toBe(bytes.length);
  return types;
}
