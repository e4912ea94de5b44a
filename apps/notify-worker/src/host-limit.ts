/** Lets so many deliveries to one host be under way at once, so that one that hangs leaves room. */
export interface HostLimit {
  /** @returns what ends the delivery, or, where the host has enough in hand, how long to wait, ms */
  enter(url: string): { readonly leave: () => void } | { readonly waitMs: number };
}

const SHORTEST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

interface Host {
  inHand: number;
  /** Put off since the last one left: the more, the longer each of them waits. */
  waiting: number;
}

/** @param perHost - deliveries to one host at a time */
export function hostLimit(perHost: number, random: () => number = Math.random): HostLimit {
  const hosts = new Map<string, Host>();
  return {
    enter: (url) => {
      const name = URL.canParse(url) ? new URL(url).host : "";
      const host = hosts.get(name) ?? { inHand: 0, waiting: 0 };
      if (host.inHand >= perHost) {
        host.waiting += 1;
        const waitMs = SHORTEST_WAIT_MS * (1 + host.waiting / perHost) * (1 + random() / 2);
        return { waitMs: Math.min(waitMs, LONGEST_WAIT_MS) };
      }
      hosts.set(name, host);
      host.inHand += 1;
      return {
        leave: () => {
          host.inHand -= 1;
          host.waiting = 0;
          if (host.inHand === 0) hosts.delete(name);
        },
      };
    },
  };
}
