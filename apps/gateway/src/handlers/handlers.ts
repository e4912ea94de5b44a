import type { ValidateOptions } from "@apidot-queue/core";
import type { Health, Registry } from "@apidot-queue/runtime";

import type { Handler } from "../answer-call.ts";
import { type CallId, CALLS } from "../calls/calls.ts";
import { cancelGeneration, getGeneration } from "./one-generation.ts";
import { type CallbackParts, receiveCallback } from "../callbacks/receive-callback.ts";
import { statusAsUpstream, submitAsUpstream } from "./drop-in.ts";
import { followGeneration, followLane } from "./events.ts";
import { enqueueGeneration } from "./enqueue-generation.ts";
import { explainGeneration, resolveGeneration, resolveLane, retryGeneration } from "./decisions.ts";
import type { OpenStreams } from "../events/open-streams.ts";
import { estimate, listModels } from "./catalog.ts";
import { haltLane, listLanes, resumeLane } from "./lanes.ts";
import { listNotifications, replayNotification } from "./notifications.ts";
import { listGenerations } from "./list-generations.ts";
import { documents } from "./documents.ts";
import { operations } from "./operations.ts";

/** What the handlers stand on. */
export interface HandlerParts {
  /** Models that the catalog does not know are let through where this says so. */
  readonly rules: Required<ValidateOptions>;
  /** The lanes that somebody works, the default one first; a request for another one would wait for ever. */
  readonly lanes: readonly string[];
  readonly health: Health;
  readonly registry: Registry;
  readonly callbacks: CallbackParts;
  readonly streams: OpenStreams;
}

/** A handler for every call. */
export function handlersOf(parts: HandlerParts): Readonly<Record<CallId, Handler>> {
  return {
    enqueueGeneration: enqueueGeneration(parts),
    listGenerations: listGenerations(parts),
    getGeneration: getGeneration(),
    cancelGeneration: cancelGeneration(),
    followGeneration: followGeneration(parts),
    followLane: followLane(parts),
    listNotifications: listNotifications(),
    replayNotification: replayNotification(),
    retryGeneration: retryGeneration(),
    resolveGeneration: resolveGeneration(),
    explainGeneration: explainGeneration(),
    resolveLane: resolveLane(parts),
    listLanes: listLanes(),
    haltLane: haltLane(parts),
    resumeLane: resumeLane(parts),
    listModels: listModels(parts),
    estimateCredits: estimate(parts),
    submitAsUpstream: submitAsUpstream(parts),
    statusAsUpstream: statusAsUpstream(),
    receiveCallback: () => (c) => receiveCallback(c, parts.callbacks),
    ...operations(parts),
    ...documents(CALLS),
  };
}
