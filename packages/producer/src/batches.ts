/** Runs of one lane, each at most `most` long. */
export function batches<T>(items: readonly T[], laneOf: (item: T) => string, most: number): T[][] {
  const byLane = new Map<string, T[]>();
  for (const item of items) {
    const lane = laneOf(item);
    const sameLane = byLane.get(lane);
    if (sameLane === undefined) byLane.set(lane, [item]);
    else sameLane.push(item);
  }
  return [...byLane.values()].flatMap((all) =>
    Array.from({ length: Math.ceil(all.length / most) }, (_, n) =>
      all.slice(n * most, (n + 1) * most),
    ),
  );
}

/**
 * Works on the batches, begun in their order, at most `limit` at once. After a failure no further one
 * is begun; those under way are waited for, and the first failure is thrown.
 */
export async function inOrder<T>(
  all: readonly T[],
  limit: number,
  work: (one: T) => Promise<void>,
): Promise<void> {
  const waiting = all.values();
  const failures: unknown[] = [];
  const take = async (): Promise<void> => {
    for (const one of waiting) {
      if (failures.length > 0) return;
      await work(one).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: limit }, take));
  if (failures.length > 0) throw failures[0];
}
