import { expect, it } from "vitest";
import { setup } from "../../test/emulator-under-test.ts";

const PATH = "/emulator/faults";

it("puts other rules in force while it runs, in place of the old ones", async () => {
  const { call, submit } = await setup({
    faults: [{ on: "submit", kind: "error", status: 500 }],
  });
  expect((await submit()).status).toBe(500);
  const json = [{ on: "submit", kind: "error", status: 418, times: 1 }];
  expect((await call("POST", PATH, { json })).status).toBe(200);
  expect([(await submit()).status, (await submit()).status]).toEqual([418, 200]);
  await call("POST", PATH, { json });
  expect((await submit()).status).toBe(418);
  await call("POST", PATH, { json: [] });
  expect((await submit()).status).toBe(200);
});

it("refuses a wrong list as a whole, names the mistakes and keeps the old rules", async () => {
  const { call, submit } = await setup({ faults: [{ on: "submit", kind: "error", status: 500 }] });
  const json = [
    { on: "submit", kind: "stuck" },
    { on: "submit", kind: "stuk" },
  ];
  const reply = await call("POST", PATH, { json });
  expect(reply.status).toBe(400);
  expect(reply.body.error?.message).toContain("[1].kind: unknown kind");
  expect((await call("POST", PATH, { raw: "{" })).status).toBe(400);
  expect((await submit()).status).toBe(500);
});
