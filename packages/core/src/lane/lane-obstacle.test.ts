import { expect, it } from "vitest";

import { laneObstacle } from "./lane-obstacle.ts";
import { FRESH_LANE } from "./lane-state.ts";
import { laneTransition } from "./lane-transition.ts";

it("a generation is told why its lane is halted and what opens it, not what a person said", () => {
  expect(laneObstacle("default", FRESH_LANE)).toBeNull();
  const halted = laneTransition(FRESH_LANE, { type: "halted_by_hand", at: 1, words: "secret" });
  expect(laneObstacle("default", halted)).toEqual({
    words: "The lane is halted by a person.",
    until: null,
    command: "apidot-queue lanes resume default",
  });
});

it("a generation is told that the upstream is away, and when somebody looks again", () => {
  expect(laneObstacle("default", FRESH_LANE, 5_000)).toMatchObject({ until: 5_000, command: null });
  const halted = laneTransition(FRESH_LANE, { type: "halted_by_hand", at: 1, words: "secret" });
  expect(laneObstacle("default", halted, 5_000)?.words).toContain("halted");
});
