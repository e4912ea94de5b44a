/** What a draw is for; draws of different streams are independent of one another. */
export const STREAM = { taskId: 1, renderTime: 2, fault: 3 } as const;

/**
 * Seeded chance by counter instead of by sequence: a draw depends on the seed and on what it is
 * for, never on how many other draws came before. So the n-th task looks the same whatever the
 * fault rules drew, and the other way round.
 */
export class Chance {
  readonly #seed: number;

  /** @param seed any safe integer. */
  constructor(seed: number) {
    this.#seed = mix(Math.trunc(seed / 0x1_0000_0000), seed);
  }

  /** @returns a number in [0, 1), always the same one for the same arguments. */
  draw(stream: number, index: number, part = 0): number {
    return finish(mix(mix(mix(this.#seed, stream), index), part)) / 0x1_0000_0000;
  }

  /** @returns a draw from the standard normal distribution, cut at three deviations. */
  drawNormal(stream: number, index: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.draw(stream, index, 0)));
    const normal = radius * Math.cos(2 * Math.PI * this.draw(stream, index, 1));
    return Math.max(-3, Math.min(3, normal));
  }
}

/** One round of MurmurHash3 (32 bits). */
function mix(hash: number, value: number): number {
  let k = Math.imul(value, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  let h = hash ^ Math.imul(k, 0x1b873593);
  h = (h << 13) | (h >>> 19);
  return (Math.imul(h, 5) + 0xe6546b64) | 0;
}

/** Its finalizer: every bit of the input moves every bit of the output. */
function finish(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
