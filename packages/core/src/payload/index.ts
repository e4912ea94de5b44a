export { canonicalJson } from "./canonical-json.ts";
export {
  decisionBodySchema,
  LANE_DECISION_LIMITS,
  laneDecisionBodySchema,
  validateDecision,
  validateLaneDecision,
} from "./decision.ts";
export type { Decision, LaneDecision } from "./decision.ts";
export { FIELD_ERROR_CODES, formatFieldErrors, MAX_FIELD_ERRORS } from "./field-error.ts";
export type { FieldError, FieldErrorCode, FieldWarning, Refused } from "./field-error.ts";
export { haltBodySchema, resumeBodySchema, validateHalt, validateResume } from "./lane-request.ts";
export type { ResumeRequest } from "./lane-request.ts";
export { checkUnknownFields, isRecord } from "./check-fields.ts";
export { jsonPointer } from "./json-pointer.ts";
export { enqueueOptionsSchema, METADATA_LIMITS, validateOptions } from "./options.ts";
export type { AcceptedOptions, EnqueueOptions } from "./options.ts";
export { generationRequestSchema } from "./request.ts";
export type {
  GenerationRequest,
  HappyHorseRequest,
  Seedance2FastRequest,
  Seedance2Request,
  Sora2ProRequest,
  Sora2Request,
  UncheckedRequest,
  Veo31FastRequest,
  Veo31LiteRequest,
  Veo31QualityRequest,
} from "./request.ts";
export { requestMode } from "./request-mode.ts";
export { enqueueBodySchema, validateEnqueue } from "./validate-enqueue.ts";
export type { AcceptedEnqueue } from "./validate-enqueue.ts";
export { MAX_MODEL_CHARACTERS, validateRequest } from "./validate-request.ts";
export type { AcceptedRequest, ValidateOptions } from "./validate-request.ts";
