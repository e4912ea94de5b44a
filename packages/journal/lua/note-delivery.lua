#!lua flags=allow-oom
-- What came of a delivery. A failure behind a success, of a worker that lost its lease, plans nothing.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid, 2 version, 3 outcome, 4 HTTP status or '', 5 ms that it took, 6 ms until the next one
--         or '' for the last, 7 state ('pending' | 'delivered' | 'gone' | 'given_up'), 8 replays when it was claimed, '' for none
-- Returns { 'changed', state } | { 'ignored', reason }
-- @include now

local lane, ulid, version = KEYS[1] .. ':', ARGV[1], ARGV[2]
local messages, member = lane .. 'm:' .. ulid, ulid .. ' ' .. version
-- Deliveries that are kept of one notification: more than its schedule has.
local KEPT = 30

local line = redis.call('HGET', messages, version)
if not line then return { 'ignored', 'unknown' } end
local kind, since, attempts, base, state, replays = string.match(line, '^(%w+),(%d+),(%d+),(%d+),([%w_]+),?(%d*)$')
local at = string.format('%.0f', now())
attempts = tonumber(attempts) + 1
redis.call('HSET', messages, version .. '.' .. attempts,
  table.concat({ at, ARGV[3], ARGV[4], ARGV[5] }, ','))
redis.call('HDEL', messages, version .. '.' .. attempts - KEPT)
local isOver = state ~= 'pending'
local becomes = isOver and ARGV[7] ~= 'delivered' and state or ARGV[7]
local delay = ARGV[6]
-- Somebody asked for it once more while it was out: only a delivery makes that one needless.
if replays ~= ARGV[8] and becomes ~= 'delivered' then becomes, delay = 'pending', 0 end
redis.call('HSET', messages, version, table.concat({ kind, since, attempts, base, becomes, replays ~= '' and replays or nil }, ','))
if becomes == 'pending' then
  redis.call('ZADD', lane .. 'x:notify', at + delay, member)
else
  redis.call('ZREM', lane .. 'x:notify', member)
end
return { 'changed', becomes }
