import { CATALOG, validateEnqueue } from "@apidot-queue/core";
import { describe, expect, it } from "vitest";

import { appParts } from "../../test/app-parts.ts";
import { BAD_REQUESTS } from "../../test/bad-requests.ts";
import { DOCUMENT, type DocumentedResponse, validatorOf } from "../../test/documented.ts";
import { createApp } from "../app.ts";
import { CALLS } from "../calls/calls.ts";
import { PROBLEMS } from "../problem.ts";

const app = createApp({ ...appParts(), producer: {} as never });
const operations = Object.entries(DOCUMENT.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

describe("the OpenAPI document", () => {
  it("is what the gateway serves", async () => {
    const answer = await app.request("http://localhost/openapi.json", {
      headers: { host: "localhost" },
    });
    expect(answer.headers.get("content-type")).toContain("application/json");
    expect(await answer.json()).toEqual(JSON.parse(JSON.stringify(DOCUMENT)));
    expect(DOCUMENT.openapi).toBe("3.1.0");
  });

  it("has every route of the gateway, and no other", () => {
    const routes = app.routes
      .filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method.toLowerCase()} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
    const documented = operations.map(({ path, method }) => `${method} ${path}`);
    expect(documented.toSorted()).toEqual(routes.toSorted());
    expect(new Set(CALLS.map(({ id }) => id)).size).toBe(CALLS.length);
  });

  it("lets nothing else answer: beside the routes there are guards and refusals alone", async () => {
    // What is open to the world does not tell what else would be there.
    const statusOf = (path: string) =>
      paths.has(path) && !path.startsWith("/callbacks/") ? 405 : 404;
    const paths = new Set(operations.map(({ path }) => path.replace("{id}", "x")));
    for (const path of [...paths, "/", "/v1", "/v1/generations/x/y", "/docs/x"]) {
      for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS"]) {
        const request = { method, headers: { host: "localhost" } };
        const answer = await app.request(`http://localhost${path}`, request);
        expect([path, method, answer.status]).toEqual([path, method, statusOf(path)]);
      }
    }
  });

  it("has only examples that fit their schemas", () => {
    let count = 0;
    const check = (content: NonNullable<DocumentedResponse["content"]>, where: string): void => {
      for (const { schema, examples = {} } of Object.values(content)) {
        for (const [name, { value }] of Object.entries(examples)) {
          const read = validatorOf(schema).safeParse(value);
          expect(read.error?.issues ?? [], `${where} ${name}`).toEqual([]);
          count += 1;
        }
      }
    };
    for (const { path, method, operation } of operations) {
      const body = operation.requestBody as DocumentedResponse | undefined;
      check(body?.content ?? {}, `${method} ${path}`);
      for (const [status, response] of Object.entries(operation.responses)) {
        check(
          (response as unknown as DocumentedResponse).content ?? {},
          `${method} ${path} ${status}`,
        );
      }
    }
    expect(count).toBeGreaterThan(60);
  });

  it("has an example for every answer with a problem, and every problem but that of a wrong method", () => {
    const codes = operations.flatMap(({ operation }) =>
      Object.values(operation.responses).flatMap((response) => {
        const { content } = response as unknown as DocumentedResponse;
        const told = content?.["application/problem+json"] ?? content?.["application/json"];
        return Object.keys(told?.examples ?? {}).filter((name) => name in PROBLEMS);
      }),
    );
    const all = [...new Set(codes), "method_not_allowed"];
    expect(all.toSorted()).toEqual(Object.keys(PROBLEMS).toSorted());
  });

  it("names the header fields of requests and answers", () => {
    const enqueue = DOCUMENT.paths["/v1/generations"]?.["post"];
    const names = enqueue?.parameters.map((parameter) => parameter["name"] ?? parameter["$ref"]);
    expect(names).toEqual(["Idempotency-Key", "#/components/parameters/RequestId"]);
    const headersOf = (status: string) =>
      Object.keys((enqueue?.responses[status] as DocumentedResponse | undefined)?.headers ?? {});
    expect(headersOf("202")).toEqual(["X-Request-Id", "Location"]);
    expect(headersOf("422")).toEqual(["X-Request-Id", "Location"]);
    expect(headersOf("503")).toEqual(["X-Request-Id", "Retry-After", "Location"]);
    for (const { operation } of operations) {
      for (const response of Object.values(operation.responses)) {
        expect(response["headers"]).toHaveProperty("X-Request-Id");
      }
    }
  });

  it("refers only to parts that it has, and has none that nothing refers to", () => {
    const text = JSON.stringify(DOCUMENT);
    const referred = [...text.matchAll(/"#\/components\/(\w+)\/(\w+)"/g)].map(
      ([, kind = "", name = ""]) => `${kind}/${name}`,
    );
    const { securitySchemes, ...components } = DOCUMENT.components;
    expect(DOCUMENT["security"]).toEqual([{ token: [] }]);
    expect(Object.keys(securitySchemes as object)).toEqual(["token"]);
    const present = Object.entries(components).flatMap(([kind, parts]) =>
      Object.keys(parts as object).map((name) => `${kind}/${name}`),
    );
    expect([...new Set(referred)].toSorted()).toEqual(present.toSorted());
    expect(text).not.toContain("$defs");
  });
});

describe("the schema of an enqueue", () => {
  const body = validatorOf({ $ref: "#/components/schemas/EnqueueBody" });

  it("tells the models apart by a discriminator with a mapping", () => {
    const { oneOf, discriminator } = DOCUMENT.components.schemas["EnqueueBody"] as {
      oneOf: unknown[];
      discriminator: { propertyName: string; mapping: Record<string, string> };
    };
    expect(oneOf).toHaveLength(CATALOG.size);
    expect(discriminator.propertyName).toBe("model");
    expect(Object.keys(discriminator.mapping)).toEqual([...CATALOG.keys()]);
    const ofModels = Object.values(discriminator.mapping).map(($ref) => ({ $ref }));
    expect(ofModels).toEqual(oneOf);
  });

  it("has no field where a mode takes none, instead of one that may be anything", () => {
    const { schemas } = DOCUMENT.components;
    const fieldsOf = (name: string) => Object.keys(schemas[name]?.["properties"] as object);
    const common = ["prompt", "duration", "aspect_ratio", "resolution"];
    expect(fieldsOf("Veo31LiteInput")).toEqual(common);
    expect(fieldsOf("Veo31TextInput")).toEqual(common);
    expect(fieldsOf("Veo31FrameInput")).toEqual([...common, "generate_type", "image_urls"]);
    expect(JSON.stringify(schemas)).not.toMatch(/"type":"null"\}?,"(?:generate|image)/);
  });

  it("has examples that the gateway takes", () => {
    const call = CALLS.find(({ id }) => id === "enqueueGeneration");
    const examples = Object.values(call !== undefined && "body" in call ? call.body.examples : {});
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) expect(validateEnqueue(example).ok).toBe(true);
  });

  // The rest is said in words: limits of metadata, lanes that nobody works, what a URL is.
  const IN_WORDS = /\/metadata|\/lane invalid_value$| invalid_url$/;

  it("refuses what the gateway refuses, but for what it says in words", () => {
    for (const [title, value, wrong] of BAD_REQUESTS) {
      if (wrong.every((mistake) => IN_WORDS.test(mistake))) continue;
      expect(body.safeParse(value).success, title).toBe(false);
    }
  });
});
