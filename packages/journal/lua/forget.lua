#!lua flags=allow-oom
-- The retention of a settled generation is over: all its keys and all its entries in indexes go.
-- Counters of what was done stay.
--
-- KEYS[1] lane prefix
-- ARGV    1 ulid, 2 ms since settled, 3 user key or ''
-- Returns { 'changed', status } | { 'ignored', reason }
-- @include now
-- @include record
-- @include tasks
-- @include looks

-- Every key of a record; ARCHITECTURE.md has the table of keys.
local KINDS = { 'g', 'r', 'o', 'f', 'e', 'h', 'd', 'c', 'm' }

-- The entry of a stream has the time of creation in its id, and with a clock that stood still others
-- have the same: the oldest go first, so it is near the beginning.
local function removeEntry(stream, createdAt)
  local from, last = createdAt .. '-0', createdAt .. '-18446744073709551615'
  while true do
    local entries = redis.call('XRANGE', stream, from, last, 'COUNT', 100)
    if #entries == 0 then return end
    for _, entry in ipairs(entries) do
      from = '(' .. entry[1]
      if entry[2][2] == ulid then
        redis.call('XDEL', stream, entry[1])
        if redis.call('XLEN', stream) == 0 then redis.call('DEL', stream) end
        return
      end
    end
  end
end

local rec = load()
if not rec then return ignored('unknown') end
if not TERMINAL[rec.s] or now() - rec.sa < tonumber(ARGV[2]) then return ignored('not_applicable') end
for n = 1, math.huge do
  local taskId = rec['k' .. n]
  if not taskId then break end
  if redis.call('HGET', taskBucket(taskId), taskId) == ulid then redis.call('HDEL', taskBucket(taskId), taskId) end
end
for _, taskId in ipairs(redis.call('HKEYS', looksKey)) do dropLook(taskId) end
for _, name in ipairs(redis.call('HKEYS', messagesKey)) do redis.call('ZREM', notifyIndex, ulid .. ' ' .. name) end
redis.call('ZREM', lane .. 'x:ends', ulid)
redis.call('ZREM', indexOf(rec.s), ulid)
redis.call('ZREM', lane .. 'x:denied', ulid)
removeEntry(lane .. 'x:created', rec.c)
if rec.tn then removeEntry(lane .. 'x:tenant:' .. rec.tn, rec.c) end
if ARGV[3] ~= '' then removeEntry(lane .. 'x:user:' .. ARGV[3], rec.c) end
for _, kind in ipairs(KINDS) do redis.call('DEL', lane .. kind .. ':' .. ulid) end
count('status|' .. rec.s, -1)
return { 'changed', rec.s }
