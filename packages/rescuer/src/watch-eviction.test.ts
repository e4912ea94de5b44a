import { createLogger } from "@apidot-queue/runtime";
import { expect, it, onTestFinished } from "vitest";

import { watchEviction } from "./watch-eviction.ts";

it("a policy that is changed while running is told once, and once more when it is mended", async () => {
  const lines: string[] = [];
  const logger = createLogger({
    app: "test",
    level: "info",
    destination: { write: (line: string) => void lines.push(line) },
  });
  const answers = [
    "noeviction",
    "noeviction",
    "allkeys-lru",
    "allkeys-lru",
    null,
    new Error("away"),
    "allkeys-lru",
    "noeviction",
  ];
  let asked = 0;
  const evictionPolicy = (): Promise<string | null> => {
    const answer = answers[Math.min(asked++, answers.length - 1)] ?? null;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const watch = watchEviction({ journal: { evictionPolicy }, logger, everyMs: 1 });
  onTestFinished(() => watch.stop());
  await expect.poll(() => asked).toBeGreaterThan(answers.length);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain("allkeys-lru");
  expect(lines[0]).toContain("CONFIG SET maxmemory-policy noeviction");
  expect(lines[1]).toContain("evicts nothing any more");
});
