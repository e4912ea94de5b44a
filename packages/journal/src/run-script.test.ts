import { expect, it } from "vitest";

import { scriptsOfServerClock } from "./journal.ts";
import { createScriptRunner, type JournalConnection } from "./run-script.ts";

/** A server that knows no script at first; an old one does not compile flags. */
function server(isOld: boolean) {
  const known = new Set<string>();
  const commands: string[] = [];
  const scripts = Object.values(scriptsOfServerClock().plain);
  const flagged = Object.values(scriptsOfServerClock().withFlags);
  const fail = (message: string): never => {
    throw new Error(message);
  };
  const redis = {
    options: {},
    evalsha: (sha: string): Promise<string[]> => {
      commands.push("evalsha");
      return Promise.resolve().then(() =>
        known.has(sha) ? ["ran", sha] : fail("NOSCRIPT No matching script"),
      );
    },
    eval: (text: string): Promise<string[]> => {
      commands.push("eval");
      return Promise.resolve().then(() => {
        if (isOld && text.startsWith("#!")) {
          fail(
            "ERR Error compiling script (new function): user_script:1: unexpected symbol near '#'",
          );
        }
        const { sha } = [...flagged, ...scripts].find((script) => script.text === text)!;
        known.add(sha);
        return ["ran", sha];
      });
    },
  };
  return { redis: redis as unknown as JournalConnection, commands };
}

it("a server that knows flags gets them, and is asked nothing first", async () => {
  const { redis, commands } = server(false);
  const runner = createScriptRunner(redis, scriptsOfServerClock());
  const { withFlags } = scriptsOfServerClock();
  expect(await runner.run("accept", "k", [])).toEqual(["ran", withFlags.accept.sha]);
  expect(await runner.run("accept", "k", [])).toEqual(["ran", withFlags.accept.sha]);
  expect(commands).toEqual(["evalsha", "eval", "evalsha"]);
});

it("one that does not says so once, and gets the scripts without them from then on", async () => {
  const { redis, commands } = server(true);
  const runner = createScriptRunner(redis, scriptsOfServerClock());
  const { plain } = scriptsOfServerClock();
  expect(await runner.run("accept", "k", [])).toEqual(["ran", plain.accept.sha]);
  expect(commands).toEqual(["evalsha", "eval", "evalsha", "eval"]);
  expect(await runner.run("requeue", "k", [])).toEqual(["ran", plain.requeue.sha]);
  expect(commands.slice(4)).toEqual(["evalsha", "eval"]);
});
