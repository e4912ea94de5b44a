#!lua flags=allow-oom
-- T13c. A status call was refused for the account's sake: the lane halts. For a refused key its
-- polls wait, too, but for one now and then; deadlines stand still until a poll is answered.
--
-- KEYS[1] lane prefix
-- ARGV    1 code, 2 epoch in which the poll was claimed, 3 ms until the first probe for credits or '',
--         4 digest of the key, 5 ms between two polls while the key is refused
-- Returns { 'changed', 'halted' | '' for what this did } | { 'ignored', 'stale' }
-- @include now
-- @include lane

local state = loadLane()
if not isOfEpoch(state, ARGV[2]) then return { 'ignored', 'stale' } end
local at = now()
local isKey = ARGV[1] == 'authentication_error'
local isHalted = haltLane(state, at, ARGV[1], ARGV[3])
writeLane(state, {
  pr = state.pr or at,
  pn = state.pn or isKey and at + ARGV[5],
  kr = isKey and ARGV[4] or state.kr or false,
})
return { 'changed', isHalted and 'halted' or '' }
