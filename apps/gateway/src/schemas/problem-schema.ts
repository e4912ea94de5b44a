import { FIELD_ERROR_CODES, type FieldErrorCode } from "@apidot-queue/core";
import { z } from "zod";

import { type ProblemCode, PROBLEMS } from "../problem.ts";

const requestErrorSchema = z
  .object({
    in: z.enum(["query", "header"]).optional().meta({
      description: "Where the pointer leads; absent: into the body.",
    }),
    pointer: z.string().meta({
      description:
        "RFC 6901; into the body, or into the object of all query parameters or header fields.",
    }),
    code: z.enum(Object.keys(FIELD_ERROR_CODES) as [FieldErrorCode]),
    message: z.string().meta({ description: "For people; it may change." }),
  })
  .meta({ id: "RequestError" });

/** RFC 9457. */
export const problemSchema = z
  .object({
    type: z.string().meta({ description: "A URN that ends in the code." }),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode]).meta({
      description: "Stable; for programs.",
    }),
    errors: z.array(requestErrorSchema).optional(),
  })
  .meta({ id: "Problem" });
