/**
 * Lets so many deliveries of one kind be under way at once, to one host or of one tenant, so that one
 * that hangs leaves room for the others.
 */
export interface ShareLimit {
  /** @returns what ends the delivery, or, where the share is taken, how long to wait, ms */
  enter(name: string): { readonly leave: () => void } | { readonly waitMs: number };
}

const SHORTEST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

interface Share {
  inHand: number;
  /** Put off since the last one left: the more, the longer each of them waits. */
  waiting: number;
}

/** @param most - deliveries of one name at a time */
export function shareLimit(most: number, random: () => number = Math.random): ShareLimit {
  const shares = new Map<string, Share>();
  return {
    enter: (name) => {
      const share = shares.get(name) ?? { inHand: 0, waiting: 0 };
      if (share.inHand >= most) {
        share.waiting += 1;
        const waitMs = SHORTEST_WAIT_MS * (1 + share.waiting / most) * (1 + random() / 2);
        return { waitMs: Math.min(waitMs, LONGEST_WAIT_MS) };
      }
      shares.set(name, share);
      share.inHand += 1;
      return {
        leave: () => {
          share.inHand -= 1;
          share.waiting = 0;
          if (share.inHand === 0) shares.delete(name);
        },
      };
    },
  };
}
