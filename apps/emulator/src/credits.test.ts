import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KEY, LONG_MS, setup, TEXT_LITE } from "../test/emulator-under-test.ts";
import { Accounts, fingerprintKey } from "./accounts.ts";

const QUALITY = { ...TEXT_LITE, model: "veo3.1-quality" };

async function accountsOf(bundle: Awaited<ReturnType<typeof setup>>): Promise<unknown> {
  const { text } = await bundle.call("GET", "/emulator/credits");
  return (JSON.parse(text) as { accounts: unknown }).accounts;
}

describe("credits", () => {
  it("refuses with 402 what the balance less the reservations cannot cover", async () => {
    const bundle = await setup({ credits: 50 });
    expect((await bundle.submit()).status).toBe(200);
    expect((await bundle.submit()).status).toBe(200);
    const refused = await bundle.submit();
    expect(refused.status).toBe(402);
    expect(refused.body.error?.type).toBe("insufficient_credits");
    expect(await accountsOf(bundle)).toEqual([
      { key: fingerprintKey(KEY), balance: 50, reserved: 40 },
    ]);
    expect((await bundle.submit(TEXT_LITE, "another-key")).status).toBe(200);
  });

  it("charges a finished task and gives back what a failed one had reserved", async () => {
    const bundle = await setup({
      credits: 100,
      faults: [{ on: "submit", kind: "fail_task", times: 1 }],
    });
    await bundle.submit();
    await bundle.submit();
    bundle.clock.advance(LONG_MS);
    expect(await accountsOf(bundle)).toEqual([
      { key: fingerprintKey(KEY), balance: 80, reserved: 0 },
    ]);
  });

  it("knows the end of a failed task before it looks at the balance", async () => {
    const { clock, submit } = await setup({
      credits: 20,
      faults: [{ on: "submit", kind: "fail_task", times: 1 }],
    });
    await submit();
    expect((await submit()).status).toBe(402);
    clock.advance(LONG_MS);
    expect((await submit()).status).toBe(200);
  });

  it("can be set and added to while it runs, for one key or for all", async () => {
    const bundle = await setup({ credits: 0 });
    const post = async (json: unknown) =>
      (await bundle.call("POST", "/emulator/credits", { json })).status;
    expect((await bundle.submit()).status).toBe(402);
    expect(await post({ key: KEY, credits: 20 })).toBe(200);
    expect((await bundle.submit()).status).toBe(200);
    expect((await bundle.submit()).status).toBe(402);
    expect(await post({ key: fingerprintKey(KEY), add: 20 })).toBe(200);
    expect((await bundle.submit()).status).toBe(200);
    expect((await bundle.submit(TEXT_LITE, "another-key")).status).toBe(402);
    expect(await post({ add: 200 })).toBe(200);
    expect((await bundle.submit(QUALITY)).status).toBe(200);
    expect((await bundle.submit(QUALITY, "a-new-key")).status).toBe(200);
    expect(await post({ credits: null })).toBe(200);
    expect((await bundle.submit(QUALITY)).status).toBe(200);
    bundle.emulator.setCredits({ credits: 0 });
    expect((await bundle.submit()).status).toBe(402);
  });

  it.each([
    {},
    { credits: -1 },
    { credits: "9" },
    { add: null },
    { credits: 1, add: 1 },
    { key: KEY },
  ])("refuses %j as a change", async (json) => {
    const { call } = await setup();
    expect((await call("POST", "/emulator/credits", { json })).body.code).toBe(400);
  });

  it("never has less than nothing, whatever is reserved, charged and released", () => {
    const step = fc.record({
      credits: fc.integer({ min: 1, max: 40 }),
      isFinished: fc.boolean(),
      endsNow: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step), fc.nat(200), (steps, start) => {
        const accounts = new Accounts([], start);
        const open: { credits: number; isFinished: boolean }[] = [];
        let chargedCredits = 0;
        const endOne = (): void => {
          const task = open.shift();
          if (task === undefined) return;
          if (task.isFinished) {
            accounts.charge("k", task.credits);
            chargedCredits += task.credits;
          } else accounts.release("k", task.credits);
        };
        for (const { credits, isFinished, endsNow } of steps) {
          if (accounts.reserve("k", credits)) open.push({ credits, isFinished });
          if (endsNow) endOne();
        }
        while (open.length > 0) endOne();
        for (const { balance, reserved } of accounts.view()) {
          expect(reserved).toBe(0);
          expect(balance).toBe(start - chargedCredits);
          expect(balance).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
