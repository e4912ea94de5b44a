import { expect, it } from "vitest";

import { LaneGate } from "./lane-gate.ts";

it("asks one question after the other", async () => {
  const gate = new LaneGate();
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
  const gate = new LaneGate(() => now);
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
  const gate = new LaneGate();
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
  const gate = new LaneGate();
  const failing = gate.ask(() => Promise.reject(new Error("away")));
  const next = gate.ask(() => Promise.resolve("asked"));
  await expect(failing).rejects.toThrow("away");
  expect(await next).toBe("asked");
});
