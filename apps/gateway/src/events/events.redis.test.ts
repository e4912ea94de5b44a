import { afterEach, beforeEach, describe, expect, it } from "vitest";

import {
  type GatewayUnderTest,
  LITE,
  startGatewayUnderTest,
} from "../../test/gateway-under-test.ts";

interface ReadEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: Record<string, unknown>;
}

let under: GatewayUnderTest;
beforeEach(async () => {
  under = await startGatewayUnderTest(undefined, () => "", {
    streams: { maxStreams: 3, heartbeatMs: 50 },
  });
});
afterEach(() => under.stop());

/** Reads events as a client does; heartbeats are left out unless they are wanted. */
async function open(path: string, headers: Record<string, string> = {}) {
  const stopping = new AbortController();
  const response = await fetch(`${under.gateway.url}${path}`, {
    headers,
    signal: stopping.signal,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const next = async (wantsHeartbeat = false): Promise<ReadEvent | null> => {
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end >= 0) {
        const fields = text.slice(0, end).split("\n");
        text = text.slice(end + 2);
        const field = (name: string): string | undefined =>
          fields.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
        const event = field("event");
        if (event === undefined || (event === "heartbeat" && !wantsHeartbeat)) continue;
        return {
          event,
          id: field("id"),
          data: JSON.parse(field("data") ?? "") as ReadEvent["data"],
        };
      }
      const read = await reader?.read();
      if (read?.done !== false) return null;
      text += read.value;
    }
  };
  const close = (): void => stopping.abort();
  return { response, next, close };
}

async function enqueue(): Promise<string> {
  return (await under.post("/v1/generations", LITE)).json["id"] as string;
}

const cancel = (id: string) => under.post(`/v1/generations/${id}/cancel`, {});

describe("the events of a generation", () => {
  it("are its record, now and after each change, up to the end", async () => {
    const id = await enqueue();
    const stream = await open(`/v1/generations/${id}/events`);
    expect(stream.response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(stream.response.headers.get("cache-control")).toBe("no-store");
    const now = await under.call(`/v1/generations/${id}`);
    expect(await stream.next()).toEqual({ event: "generation", id: "1", data: now.json });
    const { json } = await cancel(id);
    expect(await stream.next()).toEqual({ event: "generation", id: "end-2", data: json });
    expect(await stream.next()).toBeNull();
  });

  it("stop a client that was told the end, and no other", async () => {
    const id = await enqueue();
    await cancel(id);
    const path = `/v1/generations/${id}/events`;
    const told = await open(path, { "last-event-id": "end-2" });
    expect(told.response.status).toBe(204);
    for (const position of ["1", "end-1", "end-22", "x"]) {
      const stream = await open(path, { "last-event-id": position });
      expect(await stream.next()).toMatchObject({ id: "end-2", data: { status: "canceled" } });
    }
  });

  it("of one that is not there are a 404", async () => {
    for (const id of ["x", "default_01kat5k3v8q2x7m4n9p0r1s2t3"]) {
      expect((await under.call(`/v1/generations/${id}/events`)).status).toBe(404);
    }
  });
});

describe("the events of a lane", () => {
  it("are each change, once and in order, and go on behind the last one", async () => {
    const first = await open("/v1/events");
    expect(await first.next()).toMatchObject({ event: "ready" });
    const id = await enqueue();
    const queued = await first.next();
    expect(queued).toMatchObject({
      event: "change",
      data: { id, status: "queued", version: 1, cause: "enqueued" },
    });
    expect(Date.parse(queued?.data["at"] as string)).not.toBeNaN();
    first.close();
    await cancel(id);
    const other = await enqueue();
    const again = await open("/v1/events", { "last-event-id": queued?.id ?? "" });
    expect(await again.next()).toMatchObject({ event: "ready", id: queued?.id });
    expect(await again.next()).toMatchObject({
      data: { id, status: "canceled", version: 2, cause: "cancel_requested" },
    });
    expect(await again.next()).toMatchObject({ data: { id: other, status: "queued" } });
    again.close();
  });

  it("begin anew where nobody knows the last one", async () => {
    const id = await enqueue();
    for (const position of ["1-1", "nonsense", "99999999999999-0"]) {
      const stream = await open("/v1/events", { "last-event-id": position });
      expect(await stream.next()).toMatchObject({ event: "ready" });
      expect(await stream.next()).toMatchObject({ event: "reset" });
      stream.close();
    }
    expect(id).toContain(under.lane);
  });

  it("are refused for a lane that nobody works", async () => {
    expect((await under.call("/v1/events?lane=nobody")).status).toBe(400);
    expect((await under.call("/v1/events?lane=NO")).status).toBe(400);
  });

  it("show with a heartbeat that the stream lives, and where it is", async () => {
    const stream = await open("/v1/events");
    const ready = await stream.next(true);
    const beat = await stream.next(true);
    expect(beat).toMatchObject({ event: "heartbeat", id: ready?.id });
    expect(Date.parse(beat?.data["at"] as string)).not.toBeNaN();
    stream.close();
  });
});

describe("a gateway with listeners", () => {
  it("has so many at once, and takes another one when one goes", async () => {
    const streams = await Promise.all([1, 2, 3].map(() => open("/v1/events")));
    const refused = await under.call("/v1/events");
    expect([refused.status, refused.json["code"]]).toEqual([503, "too_many_streams"]);
    streams[0]?.close();
    await expect
      .poll(async () => {
        const stream = await open("/v1/events");
        stream.close();
        return stream.response.status;
      })
      .toBe(200);
    for (const stream of streams) stream.close();
  });

  it("has no more than that when all come in the same moment, and keeps no place of a refused one", async () => {
    const id = await enqueue();
    for (let n = 0; n < 4; n += 1) {
      expect((await under.call("/v1/generations/x/events")).status).toBe(404);
      const gone = "/v1/generations/default_01kat5k3v8q2x7m4n9p0r1s2t3/events";
      expect((await under.call(gone)).status).toBe(404);
    }
    const streams = await Promise.all(
      Array.from({ length: 10 }, () => open(`/v1/generations/${id}/events`)),
    );
    const statuses = streams.map(({ response }) => response.status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([200, 200, 200, ...Array.from({ length: 7 }, () => 503)]);
    for (const stream of streams) stream.close();
  });

  it("ends them at once when it stops", async () => {
    const id = await enqueue();
    const streams = [await open("/v1/events"), await open(`/v1/generations/${id}/events`)];
    for (const stream of streams) await stream.next();
    const stopped = under.gateway.stop();
    for (const stream of streams) expect(await stream.next()).toBeNull();
    await stopped;
  });

  it("answers HEAD without opening one", async () => {
    for (let n = 0; n < 5; n += 1) {
      const answer = await under.call("/v1/events", { method: "HEAD" });
      expect(answer.headers.get("content-type")).toContain("text/event-stream");
    }
  });
});
