-- One generation in Redis: its record, indexes, history, counters and the lane's event stream.
--
-- KEYS[1]  the lane's prefix, `{aq.<lane>}`: every key below shares its slot
-- ARGV[1]  the ULID of the generation
--
-- Field names are short because a lane may hold millions of records; `src/record-fields.ts` is
-- their dictionary. What is long lives in keys of its own: r: request, o: options, f: files,
-- e: error message, h: older history, d: reasons of a person's decisions.
local lane = KEYS[1] .. ':'
local ulid = ARGV[1]
local recordKey = lane .. 'g:' .. ulid

-- Fields that belong to one status and go when it is left.
local ARM_FIELDS = { 'f', 'sd', 'ge', 'gz', 'wa', 'ha', 'r', 'sa' }
-- Fields that belong to the polls of one task.
local POLL_FIELDS = { 'pc', 'pe', 'pd', 'pg' }
-- Lines of history kept inside the record before they move to a list.
local RECENT_LINES = 32
-- Events kept for whoever follows the lane.
local EVENTS_KEPT = 10000

local function int(value) return string.format('%.0f', value) end

local TERMINAL = { succeeded = true, failed = true, canceled = true }
-- Failures that a redrive may send again; they have an index of their own.
local DENIED = { authentication_error = true, insufficient_credits = true }
-- Failed for the account, and nothing of it can have been paid.
local function isRedrivable(rec)
  return rec.s == 'failed' and DENIED[rec.r] and not rec.k1 and not rec.u
end
local function indexOf(status)
  if TERMINAL[status] then return lane .. 'x:settled' end
  return lane .. 'x:' .. status
end

local function load()
  local flat = redis.call('HGETALL', recordKey)
  if #flat == 0 then return nil end
  local rec = {}
  for i = 1, #flat, 2 do rec[flat[i]] = flat[i + 1] end
  return rec
end

local function count(name, by) redis.call('HINCRBY', lane .. 'n', name, by) end

-- "1.word,2.word" <-> { {"1","word"}, ... }
local function pairsOf(text)
  local list = {}
  for attempt, word in string.gmatch(text or '', '(%d+)%.(%w+)') do
    list[#list + 1] = { attempt, word }
  end
  return list
end

-- Attempts that may have been paid, with their fences.
local function unresolvedOf(rec) return pairsOf(rec.u) end

-- How many submits may have been paid: those, and each task that is known.
local function paidCount(rec, unresolved)
  local n = 0
  while rec['k' .. (n + 1)] do n = n + 1 end
  return #unresolved + n
end

local function joined(list)
  local parts = {}
  for i, item in ipairs(list) do parts[i] = item[1] .. '.' .. item[2] end
  return table.concat(parts, ',')
end

local function without(list, attempt, fence)
  local rest = {}
  for _, item in ipairs(list) do
    if item[1] ~= attempt or (fence and item[2] ~= fence) then rest[#rest + 1] = item end
  end
  return rest, #rest < #list
end

local function isInFlight(rec) return rec.s == 'submitting' or rec.s == 'unconfirmed' end
local function isCurrent(rec, attempt, fence) return rec.a == attempt and rec.f == fence end

-- @include history

-- How an exchange with the upstream went, in one word: a verb that reports one sets it.
local trace = nil

-- A line of history: "<event> <ms since created> <arguments> ~<trace>", at most 64 bytes so that the
-- record stays compact. The trace is left out where it would make the line longer: nothing is
-- decided by it. Returns the fields to write.
local function note(rec, set, at, event, ...)
  local number = tonumber(rec.hn or 0) + 1
  local spilled = tonumber(rec.hs or 0)
  if number - spilled > RECENT_LINES then
    set.hs = spill(rec, spilled + 1, number - 1)
  end
  local words = { event, int(at - rec.c) }
  for _, word in ipairs({ ... }) do words[#words + 1] = tostring(word) end
  set.hn = number
  local line = table.concat(words, ' ')
  if trace and trace ~= '' and #line + 2 + #trace <= 64 then line = line .. ' ~' .. trace end
  set['h' .. number] = line
end

-- Writes fields; a value of false deletes its field.
local function write(set)
  local fields, gone = {}, {}
  for name, value in pairs(set) do
    if value == false then
      gone[#gone + 1] = name
    else
      fields[#fields + 1] = name
      fields[#fields + 1] = type(value) == 'number' and int(value) or value
    end
  end
  if #gone > 0 then redis.call('HDEL', recordKey, unpack(gone)) end
  redis.call('HSET', recordKey, unpack(fields))
end

-- `cause` is the event's name in the history.
local function announce(rec, status, cause)
  -- The tenant, when it is not the default one: who follows the lane may be shown its own alone.
  redis.call('XADD', lane .. 'events', 'MAXLEN', '~', EVENTS_KEPT, '*',
    'i', ulid, 's', status, 'v', rec.v, 'c', cause, unpack(rec.tn and { 't', rec.tn } or {}))
end

-- Facts only: same status, next version.
local function update(rec, at, set, event, ...)
  note(rec, set, at, event, ...)
  rec.v = int(rec.v + 1)
  set.v = rec.v
  write(set)
  announce(rec, rec.s, event)
end

-- @include notifications

-- To another status (or the same one anew): index, arm fields, counters, history, event.
-- `score` is the time at which somebody has to look at the generation again.
local function move(rec, at, status, score, set, event, ...)
  note(rec, set, at, event, ...)
  for _, name in ipairs(ARM_FIELDS) do
    if rec[name] and set[name] == nil then set[name] = false end
  end
  if rec.s == 'running' and status ~= 'running' then
    for _, name in ipairs(POLL_FIELDS) do
      if rec[name] and name ~= 'pc' then set[name] = false end
    end
  end
  rec.v = int(rec.v + 1)
  set.v = rec.v
  set.s = status
  write(set)
  -- What was said about the status that is left must not stand as the reason of a later end.
  if rec.r then redis.call('DEL', lane .. 'e:' .. ulid) end
  local from = indexOf(rec.s)
  if from ~= indexOf(status) then redis.call('ZREM', from, ulid) end
  redis.call('ZADD', indexOf(status), score, ulid)
  if TERMINAL[rec.s] then count('status|' .. rec.s, -1) end
  if rec.s == 'failed' and DENIED[rec.r] then redis.call('ZREM', lane .. 'x:denied', ulid) end
  if status == 'failed' and DENIED[set.r] then redis.call('ZADD', lane .. 'x:denied', score, ulid) end
  if TERMINAL[status] then
    count('status|' .. status, 1)
    count('settled|' .. rec.m .. '|' .. status .. '|' .. (set.r or ''), 1)
    if status == 'succeeded' and rec.cr then
      redis.call('HINCRBYFLOAT', lane .. 'n', 'credits|' .. rec.m, rec.cr)
    end
  end
  announce(rec, status, event)
  planNotification(rec, at, status)
end

-- Outcomes shared by several verbs; each does what `transition` in core does under that name.
local function cancel(rec, at, set, event, ...)
  set.sa = at
  move(rec, at, 'canceled', at, set, event, ...)
  return { 'changed', 'canceled' }
end

local function hold(rec, at, reason, set, event, ...)
  set.ha = at
  set.r = reason
  move(rec, at, 'held', at, set, event, ...)
  return { 'changed', 'held' }
end

local function fail(rec, at, reason, set, event, ...)
  if rec.x then return cancel(rec, at, set, event, ...) end
  set.sa = at
  set.r = reason
  move(rec, at, 'failed', at, set, event, ...)
  return { 'changed', 'failed' }
end

-- A failure that an unresolved attempt makes doubtful.
local function failOrHold(rec, at, reason, set, event, ...)
  if not rec.x and rec.u then return hold(rec, at, reason, set, event, ...) end
  return fail(rec, at, reason, set, event, ...)
end

-- Back to waiting; `hintSlackMs` after the wake-up is due the rescuer looks whether it came.
local function requeue(rec, at, wakeAt, hintSlackMs, set, event, ...)
  if rec.x then return cancel(rec, at, set, event, ...) end
  set.wa = wakeAt
  move(rec, at, 'queued', wakeAt + hintSlackMs, set, event, ...)
  return { 'changed', 'queued' }
end

local function ignored(reason) return { 'ignored', reason } end

-- An outcome that says that an attempt cannot have been paid, and that is not the current one: one
-- doubt less, or nil where there was none.
local function notPaid(rec, at, event, attempt, fence, code)
  local rest, wasInDoubt = without(unresolvedOf(rec), attempt, fence)
  if not wasInDoubt then return nil end
  update(rec, at, { u = #rest > 0 and joined(rest) or false }, event, attempt, fence, code, '0')
  return { 'changed', rec.s }
end

-- An outcome of an attempt that is not the current one: kept in the history, changes nothing.
local function stale(rec, at, event, attempt)
  local set = {}
  note(rec, set, at, 'stale', event, attempt)
  write(set)
  return ignored('stale')
end

local function outcomeIgnored(rec, at, event, attempt, fence)
  if isInFlight(rec) and isCurrent(rec, attempt, fence) then return ignored('duplicate') end
  return stale(rec, at, event, attempt)
end
