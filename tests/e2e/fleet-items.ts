import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { EnqueueItem } from "@apidot-queue/producer";
import { expect, onTestFinished } from "vitest";

import { startNode } from "./node-process.ts";

/** The shapes that a fleet is given, each with the upstream's price in credits. [doc] */
const SHAPES: readonly { readonly credits: number; item(prompt: string): EnqueueItem }[] = [
  {
    credits: 20,
    item: (prompt) => ({ request: { model: "veo3.1-lite", input: { prompt } } }),
  },
  {
    credits: 30,
    item: (prompt) => ({ request: { model: "veo3.1-lite", input: { prompt, resolution: "4k" } } }),
  },
  {
    credits: 36,
    item: (prompt) => {
      const image_urls = ["https://images.example/harbour.webp"];
      const input = { prompt, generate_type: "frame", image_urls } as const;
      return { request: { model: "veo3.1-fast", input } };
    },
  },
  {
    credits: 200,
    item: (prompt) => ({ request: { model: "veo3.1-quality", input: { prompt } } }),
  },
];

/** Items and what they cost in all. */
export interface FleetItems {
  readonly items: readonly EnqueueItem[];
  /** The sum of their prices. */
  readonly credits: number;
}

/** So many generations of all shapes in turn, each with a prompt of its own. */
export function fleetItems(count: number): FleetItems {
  const rows = Array.from({ length: count }, (_, n) => {
    const shape = SHAPES[n % SHAPES.length];
    if (shape === undefined) throw new Error("there are no shapes");
    return { item: shape.item(`harbour ${n}: the last ferry leaves`), credits: shape.credits };
  });
  return {
    items: rows.map(({ item }) => item),
    credits: rows.reduce((sum, { credits }) => sum + credits, 0),
  };
}

/**
 * Has them enqueued by a process of its own, which knows the producer alone.
 *
 * @returns the ids that it was given, in the order of the items
 */
export async function enqueueByAnotherProgram(
  redisUrl: string,
  items: readonly EnqueueItem[],
): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "apidot-queue-items-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "items.json");
  await writeFile(file, JSON.stringify(items));
  const program = startNode("tests/e2e/enqueue-items.mjs", {
    REDIS_URL: redisUrl,
    ITEMS_FILE: file,
  });
  expect(await program.ended, program.output()).toEqual({ code: 0, signal: null });
  const [, ids = ""] = await program.printed(/^enqueued (\[.*\])$/m);
  return JSON.parse(ids) as string[];
}
