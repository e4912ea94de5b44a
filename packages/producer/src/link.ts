import { JournalError, type JournalConnection } from "@apidot-queue/journal";
import type { RedisOptions } from "ioredis";

/** Pause between two questions whether a silent link answers again, milliseconds. */
const ASK_AGAIN_MS = 250;

/** One call of a producer's caller: it ends as soon as it is known that no answer will come. */
export interface Call {
  /**
   * Runs one step of the call.
   *
   * @throws {JournalError} `not_reached`, with nothing sent, while the link is silent; `unknown` when
   * the connection closes or the call's time is up before the step ends
   */
  step<T>(work: () => Promise<T>): Promise<T>;
  /**
   * The same for work that has a call of its own: what it fails with is judged there, and says nothing
   * about the link here.
   */
  join<T>(work: () => Promise<T>): Promise<T>;
  /** Frees what the call holds; it must come, whatever the outcome. */
  end(): void;
}

/**
 * Watches the connection that a producer's calls go over. The client forgets commands that were out
 * when their connection closed, and only their time-out of seconds would tell the caller: here the
 * close itself does. A link that went silent closes nothing. The first call finds that out by its
 * time-out; the calls behind it are refused at once, until a ping is answered.
 *
 * A cluster closes as a whole: the loss of one of its nodes is told by time-outs alone. A caller's
 * own connection that sends again after a loss is left to it, and to its own limits.
 */
export class Link {
  readonly #redis: JournalConnection;
  readonly #failsFast: boolean;
  readonly #open = new Set<(error: JournalError) => void>();
  #isSilent = false;
  #isClosed = false;
  /** Counts them, to tell the present one from those before. */
  #connections = 0;

  constructor(redis: JournalConnection) {
    this.#redis = redis;
    this.#failsFast = !sendsAgain(redis);
    if (this.#failsFast) redis.on("close", this.#onClose);
  }

  /** @param limitMs - after which the call is given up; null when its steps have limits enough */
  begin(limitMs: number | null): Call {
    let fail: (error: JournalError) => void = () => undefined;
    const lost = new Promise<never>((_, reject) => (fail = reject));
    // Nobody may be waiting when it comes.
    lost.catch(() => undefined);
    this.#open.add(fail);
    const timer =
      limitMs === null || !this.#failsFast
        ? undefined
        : setTimeout(() => fail(noAnswer("in time")), limitMs);
    const join = async <T>(work: () => Promise<T>): Promise<T> => {
      if (this.#isSilent) throw new JournalError("not_reached", "Redis is silent");
      return Promise.race([work(), lost]);
    };
    return {
      join,
      step: async (work) => {
        try {
          return await join(work);
        } catch (error) {
          if (error instanceof JournalError && error.kind === "unknown") this.#suspect();
          throw error;
        }
      },
      end: () => {
        clearTimeout(timer);
        this.#open.delete(fail);
      },
    };
  }

  /** Stops watching; the connection stays as it is. */
  close(): void {
    this.#isClosed = true;
    this.#redis.off("close", this.#onClose);
  }

  readonly #onClose = (): void => {
    // It was this connection that fell silent; the next one has answered by the time it is ready.
    this.#isSilent = false;
    this.#connections += 1;
    for (const fail of this.#open) fail(noAnswer("before the connection closed"));
  };

  /** A connection that is not ready refuses by itself; one that looks ready is asked. */
  #suspect(): void {
    if (this.#isSilent || this.#redis.status !== "ready") return;
    this.#isSilent = true;
    const connection = this.#connections;
    void this.#askUntilAnswered().finally(() => {
      // A question that died with an older connection says nothing about this one.
      if (connection === this.#connections) this.#isSilent = false;
    });
  }

  async #askUntilAnswered(): Promise<void> {
    while (!this.#isClosed && this.#redis.status === "ready") {
      const isAnswered = await this.#redis.ping().then(
        () => true,
        (error: unknown) => error instanceof Error && error.name === "ReplyError",
      );
      if (isAnswered) return;
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS).unref());
    }
  }
}

function sendsAgain({ options }: JournalConnection): boolean {
  const ofOne: RedisOptions | undefined =
    "redisOptions" in options ? options.redisOptions : options;
  return ofOne?.autoResendUnfulfilledCommands !== false;
}

function noAnswer(when: string): JournalError {
  return new JournalError("unknown", `no answer from Redis ${when}`);
}
