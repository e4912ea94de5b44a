import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { type Emulator, type FaultRule, startEmulator } from "@apidot-queue/emulator";
import { loadNotifySecrets } from "@apidot-queue/notify";
import { startNotifyWorker } from "@apidot-queue/notify-worker";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";

import { startApi } from "./api.ts";
import { type Stack, startStack } from "./stack.ts";

type Json = Record<string, unknown>;

/** Nobody renders it. */
const BAD_PROMPT = "a thing that fails";
const FAULTS: FaultRule[] = [
  {
    on: "submit",
    kind: "fail_task",
    match: { prompt_sha256: createHash("sha256").update(BAD_PROMPT).digest("hex") },
  },
];

let stack: Stack;
/** What such a client knows so far: the upstream, with nothing before it. */
let direct: Emulator;
let gateway: Awaited<ReturnType<typeof startApi>>;

beforeAll(async () => {
  [stack, direct] = await Promise.all([
    startStack({ emulator: { faults: FAULTS } }),
    startEmulator({ speed: 200, faults: FAULTS }),
  ]);
  gateway = await startApi(stack.lane);
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([stack.stop(), direct.close()]);
});

interface Exchange {
  readonly status: number;
  readonly body: Json;
}

/** A client that was written for the upstream: all that it knows is a base URL and a key. */
function clientOf(baseUrl: string, key: string | null = "my-key") {
  const headers: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
  const read = async (response: Response): Promise<Exchange> => ({
    status: response.status,
    body: (await response.json()) as Json,
  });
  const submit = async (request: unknown): Promise<Exchange> =>
    read(
      await fetch(`${baseUrl}/api/generate/submit`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify(request),
      }),
    );
  const status = async (taskId: string): Promise<Exchange> =>
    read(await fetch(`${baseUrl}/api/generate/status/${taskId}`, { headers }));
  const waitForEnd = async (taskId: string): Promise<Exchange> => {
    for (;;) {
      const exchange = await status(taskId);
      const { status: word } = exchange.body["data"] as { status: string };
      if (word === "finished" || word === "failed") return exchange;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return { submit, status, waitForEnd };
}

/** Without ids, times and addresses; and without `files`, which the gateway tells twice. */
function bare({ status, body }: Exchange): unknown {
  const { files: _, ...data } = (body["data"] ?? {}) as Json;
  const text = JSON.stringify({ status, body: { ...body, data } });
  return JSON.parse(
    text
      .replaceAll(/"task_id":"[\w-]+"/g, '"task_id":"ID"')
      .replaceAll(/"created_time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"/g, '"created_time":"TIME"')
      .replaceAll(/"http:\/\/127\.0\.0\.1:\d+\/files\/[\w-]+\.mp4"/g, '"FILE"'),
  );
}

/** Takes one callback. */
async function startReceiver(): Promise<{ url: string; first: Promise<Json> }> {
  let take: (body: Json) => void = () => undefined;
  const first = new Promise<Json>((resolve) => (take = resolve));
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    request.on("end", () => {
      response.writeHead(200).end();
      take(JSON.parse(text) as Json);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`, first };
}

const IMAGE = "https://images.example/1.webp";
const images = (count: number): string[] => Array.from({ length: count }, () => IMAGE);
const prompt = "A kayak on a glacier lake";

/** Every request shape of the contract. */
const REQUESTS: readonly (readonly [title: string, request: unknown])[] = [
  ["lite, text", { model: "veo3.1-lite", input: { prompt } }],
  ["fast, text", { model: "veo3.1-fast", input: { prompt, resolution: "1080p", duration: 8 } }],
  [
    "fast, frame",
    { model: "veo3.1-fast", input: { prompt, generate_type: "frame", image_urls: images(2) } },
  ],
  [
    "fast, reference",
    { model: "veo3.1-fast", input: { prompt, generate_type: "reference", image_urls: images(3) } },
  ],
  ["quality, text", { model: "veo3.1-quality", input: { prompt, aspect_ratio: "9:16" } }],
  [
    "quality, frame",
    { model: "veo3.1-quality", input: { prompt, generate_type: "frame", image_urls: images(1) } },
  ],
  ["Seedance 2", { model: "seedance-2", input: { prompt, duration: 4, resolution: "480p" } }],
  [
    "Seedance 2 Fast, references",
    {
      model: "seedance-2-fast",
      input: { prompt, duration: 5, resolution: "720p", reference_video_urls: images(1) },
    },
  ],
  ["Happy Horse, text", { model: "happy-horse", input: { prompt, duration: 3 } }],
  ["Happy Horse, image", { model: "happy-horse", input: { image_urls: images(1), seed: 7 } }],
  [
    "Happy Horse, references",
    { model: "happy-horse", input: { prompt, reference_image_urls: images(2) } },
  ],
  ["Happy Horse, video-edit", { model: "happy-horse", input: { prompt, video_url: IMAGE } }],
  ["one that fails", { model: "veo3.1-lite", input: { prompt: BAD_PROMPT } }],
];

describe("a client that was written for the upstream", () => {
  it.each(REQUESTS)("has the same exchange with the gateway: %s", async (_, request) => {
    const exchanges = await Promise.all(
      [direct.url, gateway.url].map(async (baseUrl) => {
        const client = clientOf(baseUrl);
        const submitted = await client.submit(request);
        const { task_id: taskId } = submitted.body["data"] as { task_id: string };
        const ended = await client.waitForEnd(taskId);
        return { submitted: bare(submitted), ended: bare(ended), data: ended.body["data"] as Json };
      }),
    );
    const [expected, got] = exchanges;
    expect(got?.submitted).toEqual(expected?.submitted);
    expect(got?.ended).toEqual(expected?.ended);
    // Some clients look for the files in the one place, some in the other.
    const { output, files } = (got?.data ?? {}) as {
      output?: { files: { file_url: string }[] };
      files?: unknown;
    };
    expect(files).toEqual(output?.files);
    for (const { file_url: url } of output?.files ?? []) {
      expect((await fetch(url)).headers.get("content-type")).toBe("video/mp4");
    }
  });

  it.each([
    ["no model", { input: { prompt } }],
    ["an unknown model", { model: "veo9", input: { prompt } }],
    ["no prompt", { model: "veo3.1-lite", input: {} }],
    ["images on lite", { model: "veo3.1-lite", input: { prompt, image_urls: images(1) } }],
    ["a callback to nowhere", { model: "veo3.1-lite", callback_url: "here", input: { prompt } }],
    ["a field that nobody knows", { model: "veo3.1-lite", input: { prompt }, user_id: "u1" }],
    ["a list", []],
  ])("is refused alike: %s", async (_, request) => {
    const shapes = await Promise.all(
      [direct.url, gateway.url].map(async (url) => {
        const { status, body } = await clientOf(url).submit(request);
        const { message, ...error } = body["error"] as Json;
        return { status, typeOfMessage: typeof message, body: { ...body, error } };
      }),
    );
    expect(shapes[0]).toMatchObject({ status: 400 });
    expect(shapes[1]).toEqual(shapes[0]);
  });

  it("is told every wrong field at once, by its name", async () => {
    const request = { model: "veo3.1-fast", callback_url: "x", input: { resolution: 7 }, more: 1 };
    const { body } = await clientOf(gateway.url).submit(request);
    const { message } = body["error"] as { message: string };
    for (const name of ["more:", "callback_url:", "input.prompt:", "input.resolution:"]) {
      expect(message).toContain(name);
    }
  });

  it("is refused alike without a key, and for a task that is not there", async () => {
    for (const key of [null, "my-key"]) {
      const [expected, got] = await Promise.all(
        [direct.url, gateway.url].map(async (url) => {
          const { status, body } = await clientOf(url, key).status("task-unified-1-a");
          return { status, code: body["code"], type: (body["error"] as Json)["type"] };
        }),
      );
      expect(got).toEqual(expected);
    }
  });

  it("with a callback_url is called back in the upstream's words, by either", async () => {
    const secrets = await loadNotifySecrets(stack.context.redis, null);
    const worker = startNotifyWorker({
      context: stack.context,
      journal: stack.journal,
      secrets,
      allowNetworks: ["127.0.0.0/8"],
      timing: { idleMs: 20 },
    });
    onTestFinished(() => worker.stop());
    const bodies = await Promise.all(
      [direct.url, gateway.url].map(async (baseUrl) => {
        const receiver = await startReceiver();
        const request = { model: "veo3.1-lite", callback_url: receiver.url, input: { prompt } };
        const submitted = await clientOf(baseUrl).submit(request);
        expect(submitted.status).toBe(200);
        return bare({ status: 200, body: await receiver.first });
      }),
    );
    expect(bodies[1]).toEqual(bodies[0]);
  });

  it("gets one task for one Idempotency-Key, which the upstream does not offer", async () => {
    const submit = async (): Promise<unknown> => {
      const response = await fetch(`${gateway.url}/api/generate/submit`, {
        method: "POST",
        headers: {
          authorization: "Bearer k",
          "content-type": "application/json",
          "idempotency-key": stack.lane,
        },
        body: JSON.stringify({ model: "veo3.1-lite", input: { prompt } }),
      });
      return ((await response.json()) as { data: { task_id: string } }).data.task_id;
    };
    expect(await submit()).toBe(await submit());
  });
});

describe("a lane that is halted", () => {
  const HALTS = [
    ["insufficient_credits", 402, "insufficient_credits"],
    ["authentication_error", 401, "authentication_error"],
  ] as const;

  it.each(HALTS)(
    "for %s tells the client as the upstream would, and stores nothing",
    async (...halt) => {
      const [reason, status, type] = halt;
      stack.emulator.setFaults([{ on: "submit", kind: "error", status }]);
      const request = { model: "veo3.1-lite", input: { prompt } };
      await stack.producer.enqueue(request as Parameters<Stack["producer"]["enqueue"]>[0]);
      await expect
        .poll(async () => (await stack.producer.lane(stack.lane)).halt?.reason)
        .toBe(reason);
      const before = await stack.producer.list();
      const refused = await clientOf(gateway.url).submit(request);
      expect(refused).toMatchObject({ status, body: { code: status, error: { type } } });
      expect((await stack.producer.list()).records).toHaveLength(before.records.length);
      // The other door stores and queues.
      const response = await fetch(`${gateway.url}/v1/generations`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(request),
      });
      expect(response.status).toBe(202);
      const { id } = (await response.json()) as { id: string };
      stack.emulator.setFaults(FAULTS);
      await stack.producer.resumeLane(stack.lane);
      expect(await stack.producer.wait(id, { timeoutMs: 20_000 })).toMatchObject({
        status: "succeeded",
      });
      const again = await clientOf(gateway.url).submit(request);
      expect(again.status).toBe(200);
    },
  );
});
