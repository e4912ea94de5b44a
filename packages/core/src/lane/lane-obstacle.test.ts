import { expect, it } from "vitest";

import { laneObstacle } from "./lane-obstacle.ts";
import { FRESH_LANE } from "./lane-state.ts";
import { laneTransition } from "./lane-transition.ts";

const NONE = { outageProbeAt: null, pausedUntil: null };

it("a generation is told why its lane is halted and what opens it, not what a person said", () => {
  expect(laneObstacle("default", FRESH_LANE, NONE, 0)).toBeNull();
  const halted = laneTransition(FRESH_LANE, { type: "halted_by_hand", at: 1, words: "secret" });
  expect(laneObstacle("default", halted, NONE, 0)).toEqual({
    words: "The lane is halted by a person.",
    until: null,
    command: "apidot-queue lanes resume default",
  });
});

it("a generation is told that the upstream is away, and when somebody looks again", () => {
  const away = { ...NONE, outageProbeAt: 5_000 };
  const told = laneObstacle("default", FRESH_LANE, away, 0);
  expect(told).toMatchObject({ until: 5_000, command: null });
  const halted = laneTransition(FRESH_LANE, { type: "halted_by_hand", at: 1, words: "secret" });
  expect(laneObstacle("default", halted, away, 0)?.words).toContain("halted");
});

it("a generation is told of a pause that the upstream asked for, until it is over", () => {
  const paused = { ...NONE, pausedUntil: 5_000 };
  const told = laneObstacle("default", FRESH_LANE, paused, 4_999);
  expect(told).toMatchObject({ until: 5_000, command: null });
  expect(told?.words).toContain("pause");
  expect(laneObstacle("default", FRESH_LANE, paused, 5_000)).toBeNull();
});
