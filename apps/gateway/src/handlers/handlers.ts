import type { Health, Registry } from "@apidot-queue/runtime";
import type { Producer } from "@apidot-queue/producer";

import type { Handler } from "../answer-call.ts";
import { type CallId, CALLS } from "../calls/calls.ts";
import { cancelGeneration, getGeneration } from "./one-generation.ts";
import { type CallbackParts, receiveCallback } from "../callbacks/receive-callback.ts";
import { enqueueGeneration } from "./enqueue-generation.ts";
import { explainGeneration, resolveGeneration, resolveLane, retryGeneration } from "./decisions.ts";
import { estimate, listModels } from "./catalog.ts";
import { haltLane, listLanes, resumeLane } from "./lanes.ts";
import { listGenerations } from "./list-generations.ts";
import { openApi, operations } from "./operations.ts";

/** What the handlers stand on. */
export interface HandlerParts {
  readonly producer: Producer;
  readonly allowUnknownModels: boolean;
  /** The lanes that somebody works; a request for another one would wait for ever. */
  readonly lanes: readonly string[];
  readonly health: Health;
  readonly registry: Registry;
  readonly callbacks: CallbackParts;
}

/** A handler for every call. */
export function handlersOf(parts: HandlerParts): Readonly<Record<CallId, Handler>> {
  return {
    enqueueGeneration: enqueueGeneration(parts),
    listGenerations: listGenerations(parts),
    getGeneration: getGeneration(parts),
    cancelGeneration: cancelGeneration(parts),
    retryGeneration: retryGeneration(parts),
    resolveGeneration: resolveGeneration(parts),
    explainGeneration: explainGeneration(parts),
    resolveLane: resolveLane(parts),
    listLanes: listLanes(parts),
    haltLane: haltLane(parts),
    resumeLane: resumeLane(parts),
    listModels: listModels(),
    estimateCredits: estimate(parts),
    receiveCallback: () => (c) => receiveCallback(c, parts.callbacks),
    ...operations(parts),
    openApi: openApi(CALLS),
  };
}
