import { type Chance, STREAM } from "../chance.ts";

const RANDOM_LENGTH = 8;

/**
 * An id in the upstream's shape, `task-unified-<unix seconds>-<8 base36>` [doc]. The last part
 * depends on seed and ordinal alone; `round` above 0 gives another when an id was taken.
 */
export function makeTaskId(
  chance: Chance,
  ordinal: number,
  createdAtMs: number,
  round: number,
): string {
  let random = "";
  for (let part = 0; part < RANDOM_LENGTH; part += 1) {
    const draw = chance.draw(STREAM.taskId, ordinal, round * RANDOM_LENGTH + part);
    random += Math.floor(draw * 36).toString(36);
  }
  return `task-unified-${Math.floor(createdAtMs / 1000)}-${random}`;
}
