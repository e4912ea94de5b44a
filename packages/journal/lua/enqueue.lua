-- T1. Stores a new generation. Idempotent on the id: a repeated enqueue changes nothing.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid, 2 model, 3 priority (1 high, 2 normal, 3 low), 4 estimated credits or '',
--         5 catalog date or '', 6 deadline ms or '', 7 request JSON, 8 options JSON or '',
--         9 user key or '', 10 hint slack ms, 11 retry-of ulid or ''
-- Returns { 'stored' | 'exists', created at, wake }
-- @include now
-- @include record

local stored = redis.call('HMGET', recordKey, 'c', 'w')
if stored[1] then return { 'exists', stored[1], stored[2] } end

-- The time index decides on the time, so that "newest first" is the order of arrival even when
-- the clock steps back.
local created = lane .. 'x:created'
local arrived = now()
local at, sequence = arrived, 0
local last = redis.call('XREVRANGE', created, '+', '-', 'COUNT', 1)[1]
if last then
  local ms, seq = string.match(last[1], '(%d+)-(%d+)')
  if tonumber(ms) >= at then
    at, sequence = tonumber(ms), tonumber(seq) + 1
  end
end
local position = int(at) .. '-' .. int(sequence)
redis.call('XADD', created, position, 'i', ulid)
if ARGV[9] ~= '' then redis.call('XADD', lane .. 'x:user:' .. ARGV[9], position, 'i', ulid) end

local rec = { c = int(at) }
local set = { s = 'queued', v = '1', a = '0', w = '1', m = ARGV[2], c = rec.c, wa = arrived }
if ARGV[3] ~= '2' then set.p = ARGV[3] end
if ARGV[4] ~= '' then set.cr, set.cd = ARGV[4], ARGV[5] end
if ARGV[6] ~= '' then set.dl = ARGV[6] end
if ARGV[11] ~= '' then set.ro = ARGV[11] end
note(rec, set, at, 'enqueued')
write(set)
redis.call('SET', lane .. 'r:' .. ulid, ARGV[7])
if ARGV[8] ~= '' then redis.call('SET', lane .. 'o:' .. ulid, ARGV[8]) end
redis.call('ZADD', lane .. 'x:queued', arrived + ARGV[10], ulid)
count('enqueued|' .. ARGV[2], 1)
announce({ v = '1' }, 'queued')
return { 'stored', rec.c, '1' }
