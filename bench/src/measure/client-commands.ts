import { Redis } from "ioredis";

/** Commands that measuring itself sends. */
const OWN = new Set(["info", "zcard", "client", "hello", "config", "memory"]);

/**
 * Counts the commands that this process sends to Redis, over every connection: a script is one
 * command, whatever it calls.
 *
 * @returns a function that tells how many were sent so far
 */
export function countClientCommands(): () => number {
  let count = 0;
  // oxlint-disable-next-line unbound-method -- called with its owner below
  const send = Redis.prototype.sendCommand;
  Redis.prototype.sendCommand = function (this: Redis, command, stream) {
    if (!OWN.has(command.name)) count += 1;
    return send.call(this, command, stream);
  };
  return () => count;
}
