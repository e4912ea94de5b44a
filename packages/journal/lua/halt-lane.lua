#!lua flags=allow-oom
-- A person halts the lane, or says anew why.
--
-- KEYS[1] lane prefix
-- ARGV    1 words of the person
-- Returns { 'changed' }
-- @include now
-- @include lane

haltLane(loadLane(), now(), 'by_hand', '', ARGV[1])
return { 'changed' }
