#!lua flags=allow-oom
-- A status call was answered although polls were refused: they go on. Submits wait for resume.
--
-- KEYS[1] lane prefix
-- ARGV    none
-- Returns { 'changed' } | { 'ignored', 'not_applicable' }
-- @include now
-- @include lane

local state = loadLane()
if not state.pr or state.h == 'base_url_changed' then return { 'ignored', 'not_applicable' } end
allowPolls(state, now())
return { 'changed' }
