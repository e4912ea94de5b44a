import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { CALLS, type CallId } from "../calls/calls.ts";
import {
  type Answer,
  type GatewayUnderTest,
  LITE,
  startGatewayUnderTest,
} from "../../test/gateway-under-test.ts";

/** Who calls. All but `stranger` and `operator` are of the tenant whose generation it is about. */
const CALLERS = {
  nobody: null,
  unknown: "no-such-token",
  reader: "t-read",
  submitter: "t-submit",
  both: "t-both",
  /** Of the same tenant, held to a lane that is another one. */
  elsewhere: "t-lane",
  stranger: "t-stranger",
  operator: "t-admin",
  /** An operator of another lane alone. */
  "operator elsewhere": "t-admin-lane",
} as const;

type CallerName = keyof typeof CALLERS;

const tokensOf = (lane: string): string =>
  [
    `shop-${lane}:t-read:read`,
    `shop-${lane}:t-submit:submit`,
    `shop-${lane}:t-both`,
    `shop-${lane}:t-lane:submit+read:elsewhere`,
    `studio-${lane}:t-stranger:submit+read`,
    `ops-${lane}:t-admin:admin`,
    `ops-${lane}:t-admin-lane:admin:elsewhere`,
  ].join(",");

const ORDER = Object.keys(CALLERS) as readonly CallerName[];
/** Status by caller, in the order above. A call about a generation is about one of the shop. */
const MATRIX: Readonly<Record<CallId, readonly number[]>> = {
  enqueueGeneration: [401, 401, 403, 202, 202, 403, 202, 202, 403],
  listGenerations: [401, 401, 200, 403, 200, 403, 200, 200, 403],
  getGeneration: [401, 401, 200, 403, 200, 404, 404, 200, 404],
  cancelGeneration: [401, 401, 403, 200, 200, 404, 404, 200, 404],
  retryGeneration: [401, 401, 403, 202, 202, 404, 404, 202, 404],
  followGeneration: [401, 401, 200, 403, 200, 404, 404, 200, 404],
  followLane: [401, 401, 200, 403, 200, 403, 200, 200, 403],
  listNotifications: [401, 401, 200, 403, 200, 404, 404, 200, 404],
  replayNotification: [401, 401, 403, 404, 404, 404, 404, 404, 404],
  resolveGeneration: [401, 401, 403, 403, 403, 403, 403, 409, 404],
  explainGeneration: [401, 401, 200, 403, 200, 404, 404, 200, 404],
  resolveLane: [401, 401, 403, 403, 403, 403, 403, 200, 403],
  listLanes: [401, 401, 403, 403, 403, 403, 403, 200, 200],
  haltLane: [401, 401, 403, 403, 403, 403, 403, 200, 403],
  resumeLane: [401, 401, 403, 403, 403, 403, 403, 200, 403],
  listModels: [401, 401, 200, 200, 200, 200, 200, 200, 200],
  estimateCredits: [401, 401, 200, 200, 200, 403, 200, 200, 403],
  submitAsUpstream: [401, 401, 403, 200, 200, 403, 200, 200, 403],
  statusAsUpstream: [401, 401, 200, 403, 200, 404, 404, 200, 404],
  receiveCallback: [404, 404, 404, 404, 404, 404, 404, 404, 404],
  health: [200, 200, 200, 200, 200, 200, 200, 200, 200],
  readiness: [200, 200, 200, 200, 200, 200, 200, 200, 200],
  metrics: [200, 401, 200, 200, 200, 200, 200, 200, 200],
  openApi: [200, 200, 200, 200, 200, 200, 200, 200, 200],
  docs: [200, 200, 200, 200, 200, 200, 200, 200, 200],
};

/** What is sent; a body that is right. */
const BODIES: Partial<Record<CallId, unknown>> = {
  enqueueGeneration: LITE,
  estimateCredits: LITE,
  submitAsUpstream: LITE,
  resolveGeneration: { action: "abandon", reason: "nobody waits" },
  resolveLane: { action: "abandon", reason: "nobody waits" },
  haltLane: { reason: "a pause" },
};

let under: GatewayUnderTest;
beforeAll(async () => {
  under = await startGatewayUnderTest(undefined, tokensOf);
});
afterAll(() => under.stop());

const bearer = (token: string | null): Record<string, string> =>
  token === null ? {} : { authorization: `Bearer ${token}` };

async function as(name: CallerName, id: CallId, generation: string): Promise<Answer> {
  const call = CALLS.find((one) => one.id === id);
  if (call === undefined) throw new Error(`there is no call ${id}`);
  const path = call.path
    .replace(/\{(id|task_id)\}/, generation)
    .replace("{lane}", under.lane)
    .replace("{message_id}", `${generation}_1`)
    .replace("{token}", "forged");
  const body = BODIES[id];
  return under.call(path, {
    // An event stream has no end that could be read.
    method: id.startsWith("follow") ? "HEAD" : call.method.toUpperCase(),
    headers: {
      ...bearer(CALLERS[name]),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function enqueue(): Promise<string> {
  const { status, json } = await under.post("/v1/generations", LITE, bearer("t-both"));
  expect(status).toBe(202);
  return json["id"] as string;
}

describe("the access matrix", () => {
  it("has a row for every call", () => {
    expect(Object.keys(MATRIX).toSorted()).toEqual(CALLS.map(({ id }) => id).toSorted());
  });

  for (const { id } of CALLS) {
    it(id, async () => {
      const got: Record<string, number> = {};
      for (const name of ORDER) {
        // Of its own, so that no caller meets what another one did. Retries want a canceled one.
        const generation = await enqueue();
        if (id === "retryGeneration") await as("both", "cancelGeneration", generation);
        const before = await under.call(`/v1/generations/${generation}`, {
          headers: bearer("t-both"),
        });
        const answer = await as(name, id, generation);
        got[name] = answer.status;
        if (answer.status < 400) continue;
        // A refusal says why, tells nothing of what is another's, and changes nothing.
        expect(answer.text).not.toContain(under.lane);
        expect(answer.headers.get("www-authenticate") !== null).toBe(answer.status === 401);
        const after = await under.call(`/v1/generations/${generation}`, {
          headers: bearer("t-both"),
        });
        expect(after.json).toEqual(before.json);
      }
      const expected = ORDER.map((name, at) => [name, MATRIX[id][at]]);
      expect(got).toEqual(Object.fromEntries(expected));
      await under.call(`/v1/lanes/${under.lane}/resume`, {
        method: "POST",
        headers: bearer("t-admin"),
      });
    });
  }
});

it("lists of a tenant hold its own, and an operator's hold all", async () => {
  const mine = await enqueue();
  const idsSeenBy = async (token: string): Promise<unknown[]> => {
    const { json } = await under.call("/v1/generations?limit=100", { headers: bearer(token) });
    return (json["data"] as { id: string }[]).map(({ id }) => id);
  };
  const strangers = await under.post("/v1/generations", LITE, bearer("t-stranger"));
  const theirs = strangers.json["id"];
  expect(await idsSeenBy("t-read")).toContain(mine);
  expect(await idsSeenBy("t-read")).not.toContain(theirs);
  expect(await idsSeenBy("t-stranger")).toContain(theirs);
  expect(await idsSeenBy("t-stranger")).not.toContain(mine);
  expect((await idsSeenBy("t-admin")).slice(0, 2)).toEqual([theirs, mine]);
});

it("an operator of some lanes sees these alone", async () => {
  await enqueue();
  const lanesSeenBy = async (token: string): Promise<unknown[]> => {
    const { json } = await under.call("/v1/lanes", { headers: bearer(token) });
    return (json["data"] as { lane: string }[]).map(({ lane }) => lane);
  };
  expect(await lanesSeenBy("t-admin")).toContain(under.lane);
  expect(await lanesSeenBy("t-admin-lane")).not.toContain(under.lane);
});

it("an idempotency key is its tenant's, whichever of its tokens sends it", async () => {
  const enqueueAs = async (token: string): Promise<Answer> =>
    under.post("/v1/generations", LITE, { ...bearer(token), "idempotency-key": "order-1" });
  const first = await enqueueAs("t-submit");
  const second = await enqueueAs("t-both");
  const strangers = await enqueueAs("t-stranger");
  expect(second.json["id"]).toBe(first.json["id"]);
  expect(strangers.json["id"]).not.toBe(first.json["id"]);
});

describe("a token", () => {
  const ask = (headers: Record<string, string>, path = "/v1/models") =>
    under.call(path, { headers });

  it("stands behind Bearer, in any case", async () => {
    for (const scheme of ["Bearer", "bearer", "BEARER  "]) {
      expect((await ask({ authorization: `${scheme} t-read` })).status).toBe(200);
    }
  });

  it.each(["t-read", "Basic t-read", "Bearer", "Bearer ", "Bearer t-rea", "Bearer t-read t-read"])(
    "is not %j",
    async (authorization) => {
      const { status, json } = await ask({ authorization });
      expect([status, json["code"]]).toEqual([401, "unauthorized"]);
    },
  );

  it("is not taken from a query or a cookie", async () => {
    for (const name of ["token", "access_token", "api_key"]) {
      expect((await ask({}, `/v1/models?${name}=t-read`)).status).toBe(401);
    }
    expect((await ask({ cookie: "token=t-read" })).status).toBe(401);
  });

  it("is in no line of the log, which names the tenant", async () => {
    await ask({ authorization: "Bearer t-read" });
    await ask({ authorization: "Bearer t-unknown" });
    const log = under.logLines.join("");
    expect(log).not.toMatch(/t-read|t-unknown|t-both/);
    expect(log).toContain(`"tenant":"shop-${under.lane}"`);
  });

  it("spares its caller the guard of an open gateway", async () => {
    const headers = { ...bearer("t-read"), origin: "https://shop.example" };
    const answer = await ask(headers);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("metrics without a token", () => {
  it("are for programs of this machine, not for web pages", async () => {
    const answer = await under.call("/metrics", { headers: { origin: "https://shop.example" } });
    expect(answer.status).toBe(403);
  });

  it("are not for whoever comes through a proxy, which may stand on this machine", async () => {
    for (const name of ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"]) {
      const headers = { [name]: "198.51.100.7" };
      expect((await under.call("/metrics", { headers })).status, name).toBe(401);
      const known = await under.call("/metrics", { headers: { ...headers, ...bearer("t-read") } });
      expect(known.status, name).toBe(200);
    }
  });
});

describe("a list of one tenant", () => {
  const shop = () => `shop-${under.lane}`;
  const list = (token: string, query: string) =>
    under.call(`/v1/generations?${query}`, { headers: bearer(token) });
  const tenantsOf = ({ json }: Answer): unknown[] => json["data"] as unknown[];

  it("is for the tenant itself and for admin, with its users", async () => {
    const body = { ...LITE, user_id: "user-of-the-shop" };
    const { json } = await under.post("/v1/generations", body, bearer("t-both"));
    const query = `tenant=${shop()}&user_id=user-of-the-shop`;
    for (const token of ["t-read", "t-admin"]) {
      expect(tenantsOf(await list(token, query)), token).toMatchObject([{ id: json["id"] }]);
    }
    // Without a tenant a user is one of the caller's own.
    expect(tenantsOf(await list("t-admin", "user_id=user-of-the-shop"))).toEqual([]);
    expect(tenantsOf(await list("t-admin", `tenant=nobody-${under.lane}`))).toEqual([]);
    const foreign = await list("t-stranger", query);
    expect([foreign.status, foreign.json["code"]]).toEqual([403, "forbidden_scope"]);
    expect((await list("t-admin", "tenant=no+name")).status).toBe(400);
  });

  it("goes on with its cursor, and with no other tenant's", async () => {
    await enqueue();
    await enqueue();
    const page = await list("t-admin", `tenant=${shop()}&limit=1`);
    const cursor = encodeURIComponent(page.json["next_cursor"] as string);
    expect((await list("t-admin", `tenant=${shop()}&limit=1&cursor=${cursor}`)).status).toBe(200);
    expect((await list("t-admin", `limit=1&cursor=${cursor}`)).status).toBe(400);
  });
});

describe("event streams", () => {
  const open = async (token: string) => {
    const stopping = new AbortController();
    const { status, body } = await fetch(`${under.gateway.url}/v1/events`, {
      headers: bearer(token),
      signal: stopping.signal,
    });
    return { status, body, close: () => stopping.abort() };
  };

  it("of one tenant leave room for those of others", async () => {
    const own = await Promise.all(Array.from({ length: 251 }, () => open("t-read")));
    const statuses = own.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(250);
    expect(statuses.filter((status) => status === 503)).toHaveLength(1);
    const other = await open("t-stranger");
    expect(other.status).toBe(200);
    for (const { close } of [...own, other]) close();
  });
});
