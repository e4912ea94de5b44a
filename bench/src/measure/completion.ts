/** Waits for a number of events. */
export class Completion {
  /** Resolves at the last event; rejects at the first failure. */
  readonly reached: Promise<void>;
  readonly count: () => void;
  readonly fail: (error: Error) => void;

  constructor(target: number) {
    let resolve: () => void = () => undefined;
    let reject: (error: Error) => void = () => undefined;
    this.reached = new Promise<void>((onReached, onFailed) => {
      resolve = onReached;
      reject = onFailed;
    });
    let seen = 0;
    this.count = () => {
      seen += 1;
      if (seen === target) resolve();
    };
    this.fail = reject;
  }
}
