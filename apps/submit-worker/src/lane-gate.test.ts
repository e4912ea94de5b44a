import { describe, expect, it } from "vitest";

import { LaneGate } from "./lane-gate.ts";

it("asks one question after the other", async () => {
  const gate = new LaneGate({ isAlwaysCareful: true });
  const answers: ((text: string) => void)[] = [];
  const question = () => new Promise<string>((resolve) => answers.push(resolve));
  const asked = [gate.ask(question), gate.ask(question)];
  await Promise.resolve();
  expect(answers).toHaveLength(1);
  answers[0]?.("first");
  expect(await asked[0]).toBe("first");
  await expect.poll(() => answers).toHaveLength(2);
  answers[1]?.("second");
  expect(await asked[1]).toBe("second");
});

it("asks nothing while it is closed, and says for how long it is", async () => {
  let now = 1_000;
  const gate = new LaneGate({ isAlwaysCareful: true, monotonicMs: () => now });
  let questions = 0;
  const question = () => Promise.resolve((questions += 1));
  gate.close(100);
  expect(await gate.ask(question)).toEqual({ kind: "rest", restMs: 100 });
  now += 99.5;
  expect(await gate.ask(question)).toEqual({ kind: "rest", restMs: 1 });
  now += 0.5;
  expect(await gate.ask(question)).toBe(1);
});

it("one refusal speaks for all who wait behind it", async () => {
  const gate = new LaneGate({ isAlwaysCareful: true });
  let questions = 0;
  const question = async () => {
    questions += 1;
    await Promise.resolve();
    gate.close(60_000);
    return "refused";
  };
  const [first, ...others] = await Promise.all([1, 2, 3].map(() => gate.ask(question)));
  expect(first).toBe("refused");
  expect(others).toMatchObject([{ kind: "rest" }, { kind: "rest" }]);
  expect(questions).toBe(1);
});

it("a question that fails is its asker's trouble alone", async () => {
  const gate = new LaneGate({ isAlwaysCareful: true });
  const failing = gate.ask(() => Promise.reject(new Error("away")));
  const next = gate.ask(() => Promise.resolve("asked"));
  await expect(failing).rejects.toThrow("away");
  expect(await next).toBe("asked");
});

describe("the gate of a lane without limits", () => {
  function setup() {
    let now = 1_000;
    const gate = new LaneGate({ isAlwaysCareful: false, monotonicMs: () => now });
    const answers: ((text: string) => void)[] = [];
    const question = () => new Promise<string>((resolve) => answers.push(resolve));
    return { gate, answers, question, pass: (ms: number) => (now += ms) };
  }

  it("asks at once, however many there are", () => {
    const { gate, answers, question } = setup();
    for (let n = 0; n < 3; n++) void gate.ask(question);
    expect(answers).toHaveLength(3);
  });

  it("sends only the first after a refusal, and the others by what it was told", async () => {
    const { gate, answers, question, pass } = setup();
    gate.close(5_000, 250);
    pass(250);
    const asked = [gate.ask(question), gate.ask(question), gate.ask(question)];
    await expect.poll(() => answers).toHaveLength(1);
    gate.close(5_000, 250);
    answers[0]?.("refused");
    expect(await asked[0]).toBe("refused");
    // What was taken meanwhile says the rest of the queue anew, and never a shorter one.
    expect(await Promise.all(asked.slice(1))).toEqual([
      { kind: "rest", restMs: 5_000 },
      { kind: "rest", restMs: 5_000 },
    ]);
    expect(answers).toHaveLength(1);
  });

  it("is wide open again after an answer that refused nothing", async () => {
    const { gate, answers, question, pass } = setup();
    gate.close(5_000, 250);
    pass(5_000);
    const first = gate.ask(question);
    await expect.poll(() => answers).toHaveLength(1);
    answers[0]?.("begun");
    await first;
    void gate.ask(question);
    void gate.ask(question);
    expect(answers).toHaveLength(3);
  });
});
