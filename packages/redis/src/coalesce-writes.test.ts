import { Writable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";

import { coalesceWrites } from "./coalesce-writes.ts";

/** A stream that notes what reaches its system calls. */
function setup() {
  const calls: string[][] = [];
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string | Buffer, _encoding, done) => {
      calls.push([String(chunk)]);
      done();
    },
    writev: (chunks, done) => {
      calls.push(chunks.map(({ chunk }) => String(chunk)));
      done();
    },
  });
  coalesceWrites(stream);
  return { stream, calls };
}

test("what is written within one turn leaves in one call, in order", async () => {
  const { stream, calls } = setup();
  stream.write("a");
  await Promise.resolve();
  stream.write(Buffer.from("b"));
  process.nextTick(() => stream.write("c"));
  expect(calls).toEqual([]);
  await nextTurn();
  expect(calls).toEqual([["a", "b", "c"]]);
});

test("nothing waits for a later turn", async () => {
  const { stream, calls } = setup();
  for (const text of ["a", "b"]) {
    stream.write(text);
    await nextTurn();
  }
  expect(calls).toEqual([["a"], ["b"]]);
});

test("a stream that is ended while it holds something writes it first", async () => {
  const { stream, calls } = setup();
  stream.write("a");
  stream.end("b");
  await nextTurn();
  expect(calls.flat()).toEqual(["a", "b"]);
  expect(stream.writableFinished).toBe(true);
});

test("a callback and the answer of a write are the stream's own", async () => {
  const { stream } = setup();
  const written = new Promise((resolve) => {
    expect(stream.write("a", "utf8", resolve)).toBe(true);
  });
  expect(await written).toBeFalsy();
});
