#!lua flags=allow-oom
-- A person opens the lane. A base URL that came while work was open is the lane's from then on.
--
-- KEYS[1] lane prefix
-- ARGV    none
-- Returns { 'changed', reason of the halt that ends } | { 'ignored', 'not_applicable' }
-- @include now
-- @include lane

local state = loadLane()
if not state.h then return { 'ignored', 'not_applicable' } end
local reason = state.h
if state.bn then writeLane(state, { bu = state.bn }) end
openLane(state, now())
return { 'changed', reason }
