import { expect, it } from "vitest";

import { haltObstacle } from "./halt-obstacle.ts";
import { FRESH_LANE } from "./lane-state.ts";
import { laneTransition } from "./lane-transition.ts";

it("a generation is told why its lane is halted and what opens it, not what a person said", () => {
  expect(haltObstacle("default", FRESH_LANE)).toBeNull();
  const halted = laneTransition(FRESH_LANE, { type: "halted_by_hand", at: 1, words: "secret" });
  expect(haltObstacle("default", halted)).toEqual({
    words: "The lane is halted by a person.",
    until: null,
    command: "apidot-queue lanes resume default",
  });
});
