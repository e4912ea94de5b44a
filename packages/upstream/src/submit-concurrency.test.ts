import type { Socket } from "node:net";
import { afterEach, expect, it } from "vitest";
import { answeringServer, rawAnswer, refusedPort } from "../test/loopback-server.ts";
import { Cleanup } from "../test/upstream-setup.ts";
import type { SubmitRequest } from "./submit-call.ts";

const cleanup = new Cleanup();
afterEach(() => cleanup.close());

/** One submit: what is to become of it is the beginning of its prompt. */
class Submission {
  readonly fate: string;
  readonly prompt: string;
  readonly controller = new AbortController();
  #askedCount = 0;

  constructor(fate: string, index: number) {
    this.fate = fate;
    this.prompt = `${fate}-${index}`;
  }

  get request(): SubmitRequest {
    return { model: "veo3.1-fast", input: { prompt: this.prompt } };
  }

  get options() {
    return { signal: this.controller.signal, beforeSend: () => this.#mayBeSent() };
  }

  #mayBeSent(): boolean {
    this.#askedCount += 1;
    const isConnected = this.#askedCount === 2;
    if (this.fate === "abort_while_connecting" && isConnected) this.controller.abort();
    return this.fate !== "guard_late" || !isConnected;
  }
}

type Reaction = (socket: Socket, submission: Submission) => void;

const accept: Reaction = (socket, { prompt }) => {
  socket.end(rawAnswer(200, JSON.stringify({ data: { task_id: prompt } })));
};

/** What the server does with a request that reaches it. */
const REACTIONS: Readonly<Record<string, Reaction>> = {
  accept,
  accept_late: (socket, submission) => setImmediate(accept, socket, submission),
  reset: (socket) => socket.resetAndDestroy(),
  close: (socket) => socket.end(),
  hang: (_socket, { controller }) => controller.abort(),
  refuse: (socket) => socket.end(rawAnswer(400, '{"code":400,"message":"no"}')),
};

/** What each fate must come to. */
const EXPECTED: Readonly<Record<string, { readonly kind: string; readonly sent: boolean }>> = {
  accept: { kind: "accepted", sent: true },
  accept_late: { kind: "accepted", sent: true },
  reset: { kind: "ambiguous", sent: true },
  close: { kind: "ambiguous", sent: true },
  hang: { kind: "ambiguous", sent: true },
  refuse: { kind: "rejected", sent: true },
  connect_refused: { kind: "not_sent", sent: false },
  guard_late: { kind: "not_sent", sent: false },
  abort_while_connecting: { kind: "not_sent", sent: false },
};

const FATES = Object.keys(EXPECTED);

/** The server of all submissions, and the prompts that reached it. */
async function setup(submissions: readonly Submission[]) {
  const byPrompt = new Map(submissions.map((submission) => [submission.prompt, submission]));
  const prompts: string[] = [];
  const server = await cleanup.server(
    answeringServer((socket, { body }) => {
      const { input } = JSON.parse(body) as { input: { prompt: string } };
      prompts.push(input.prompt);
      const submission = byPrompt.get(input.prompt)!;
      REACTIONS[submission.fate]!(socket, submission);
    }),
  );
  return { server, prompts };
}

it("submits with mixed fates at once keep their own phases, over several clients", async () => {
  const submissions = Array.from(
    { length: 54 },
    (_, index) => new Submission(FATES[index % FATES.length]!, index),
  );
  const { server, prompts } = await setup(submissions);
  const refused = cleanup.upstream({ baseUrl: `http://127.0.0.1:${await refusedPort()}` });
  const upstreams = [server, server].map(({ url }) => cleanup.upstream({ baseUrl: url }));

  const reports = await Promise.all(
    submissions.map(({ fate, request, options }, index) => {
      const upstream = fate === "connect_refused" ? refused : upstreams[index % 2]!;
      return upstream.submit(request, options);
    }),
  );

  for (const [index, { fate, prompt }] of submissions.entries()) {
    const { outcome, sent } = reports[index]!;
    expect({ prompt, kind: outcome.kind, sent }).toEqual({ prompt, ...EXPECTED[fate] });
    if (outcome.kind === "accepted") expect(outcome.taskId).toBe(prompt);
  }
  const reached = submissions.filter(({ fate }) => fate in REACTIONS).map(({ prompt }) => prompt);
  expect(prompts.toSorted()).toEqual(reached.toSorted());
});

it("a submit is sent once whatever becomes of it, each on a connection of its own", async () => {
  const submissions = Object.keys(REACTIONS).map((fate, index) => new Submission(fate, index));
  const { server, prompts } = await setup(submissions);
  const upstream = cleanup.upstream({ baseUrl: server.url });
  for (const { request, options } of submissions) await upstream.submit(request, options);
  await upstream.close();
  expect(prompts).toEqual(submissions.map(({ prompt }) => prompt));
  expect(server.connectionCount).toBe(submissions.length);
});
