import { channel } from "node:diagnostics_channel";
import { expect, it } from "vitest";
import { markSend, type SendMark } from "./send-mark.ts";

const created = channel("undici:request:create");
const headersSent = channel("undici:client:sendHeaders");

/** Makes a request under a mark, and runs `also` in the same context. */
function setup(also: () => void = () => {}) {
  const request = {};
  const seen: SendMark[] = [];
  markSend((mark) => {
    seen.push(mark);
    created.publish({ request });
    also();
  });
  return { request, mark: seen[0]! };
}

it("a mark is set by the header of its own request and by no other", () => {
  const one = setup();
  const two = setup();
  expect([one.mark.isSent, two.mark.isSent]).toEqual([false, false]);
  headersSent.publish({ request: two.request });
  expect([one.mark.isSent, two.mark.isSent]).toEqual([false, true]);
});

it("a request that is made later in the same context belongs to nobody", () => {
  const later = {};
  const { mark } = setup(() => created.publish({ request: later }));
  headersSent.publish({ request: later });
  expect(mark.isSent).toBe(false);
});

it("requests outside of any mark, and messages of another shape, are left alone", () => {
  const { mark } = setup();
  const request = {};
  for (const message of [{ request }, {}, null, "text", { request: null }, { request: 7 }]) {
    created.publish(message);
    headersSent.publish(message);
  }
  expect(mark.isSent).toBe(false);
});
