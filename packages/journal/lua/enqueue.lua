-- T1. Stores new generations. Idempotent on the id: a repeated enqueue changes nothing.
--
-- KEYS[1] lane prefix
-- ARGV    1 hint slack ms, then for each generation: ulid, model, priority (1 high, 2 normal,
--         3 low), estimated credits or '', catalog date or '', deadline ms or '', request JSON,
--         options JSON or '', user key or '', retry-of ulid or '', tenant or '' for the default one, '1' when its
--         caller is to be notified, 'u' when in the upstream's words
-- Returns for each generation { 'stored' | 'exists', created at, wake } or { 'not_retryable', status of
--         the one that it was to retry }; or { 'full' } alone: Redis has too little memory left, nothing
--         is stored
-- @include now
-- @include record
-- @include lane
-- @include memory

-- The time index decides on the time, so that "newest first" is the order of arrival even when
-- the clock steps back.
local created = lane .. 'x:created'
local arrived = now()
local at, sequence = arrived, -1
local state = loadLane()
if isMemoryFull(state, arrived) then return { 'full' } end
-- For the submit deadline: how long the lane had been halted by now.
local halted = stampOf(haltedMs(state, arrived))
local last = redis.call('XREVRANGE', created, '+', '-', 'COUNT', 1)[1]
if last then
  local ms, seq = string.match(last[1], '(%d+)-(%d+)')
  if tonumber(ms) >= at then at, sequence = tonumber(ms), tonumber(seq) end
end

local queued, enqueuedCount = {}, {}

-- T17. Status of the generation that is to be retried, when it goes on; it may have been redriven
-- since the caller read it.
local function goesOn(retried)
  local status = redis.call('HGET', lane .. 'g:' .. retried, 's')
  return status and status ~= 'failed' and status ~= 'canceled' and status
end

local function store(model, priority, credits, date, deadline, request, options, user, retryOf, tenant, words)
  if retryOf ~= '' then
    local status = goesOn(retryOf)
    if status then return { 'not_retryable', status } end
  end
  sequence = sequence + 1
  local createdAt = int(at)
  local position = createdAt .. '-' .. int(sequence)
  redis.call('XADD', created, position, 'i', ulid)
  if user ~= '' then redis.call('XADD', lane .. 'x:user:' .. user, position, 'i', ulid) end
  if tenant ~= '' then redis.call('XADD', lane .. 'x:tenant:' .. tenant, position, 'i', ulid) end
  local set = { s = 'queued', v = '1', a = '0', w = '1', m = model, c = createdAt, wa = arrived }
  if priority ~= '2' then set.p = priority end
  if credits ~= '' then set.cr, set.cd = credits, date end
  if deadline ~= '' then set.dl = deadline end
  if retryOf ~= '' then
    set.ro = retryOf
    -- The retry is what is wanted now: a redrive of the old one would pay for both.
    redis.call('ZREM', lane .. 'x:denied', retryOf)
  end
  if tenant ~= '' then set.tn = tenant end
  if words ~= '' then set.nu = words end
  if halted then set.hz = halted end
  note({ c = createdAt }, set, at, 'enqueued')
  write(set)
  redis.call('SET', lane .. 'r:' .. ulid, request)
  if options ~= '' then redis.call('SET', lane .. 'o:' .. ulid, options) end
  queued[#queued + 1] = arrived + ARGV[1]
  queued[#queued + 1] = ulid
  enqueuedCount[model] = (enqueuedCount[model] or 0) + 1
  announce({ v = '1', tn = set.tn }, 'queued', 'enqueued')
  return { 'stored', createdAt, '1' }
end

local rows = {}
for i = 2, #ARGV, 12 do
  ulid = ARGV[i]
  recordKey = lane .. 'g:' .. ulid
  local known = redis.call('HMGET', recordKey, 'c', 'w')
  rows[#rows + 1] = known[1] and { 'exists', known[1], known[2] } or store(unpack(ARGV, i + 1, i + 11))
end
if #queued > 0 then redis.call('ZADD', lane .. 'x:queued', unpack(queued)) end
for model, by in pairs(enqueuedCount) do count('enqueued|' .. model, by) end
return rows
