#!lua flags=allow-oom
-- A person opens the lane. A base URL that came while work was open is the lane's from then on.
--
-- KEYS[1] lane prefix
-- ARGV    1 reason of the halt that is to end, 2 words of the person who made it, or ''; without
--         them whichever it is
-- Returns { 'changed', reason of the halt that ends } | { 'ignored', 'not_applicable' }
-- @include now
-- @include lane

local state = loadLane()
if not state.h then return { 'ignored', 'not_applicable' } end
local reason = state.h
-- Somebody halted it since, who knows of nothing that was to be resumed.
if ARGV[1] and (reason ~= ARGV[1] or (state.hw or '') ~= ARGV[2]) then
  return { 'ignored', 'not_applicable' }
end
if state.bn then writeLane(state, { bu = state.bn }) end
openLane(state, now())
return { 'changed', reason }
