-- What a generation's caller is to be told: planned by the very script that makes the change, so that
-- none can be forgotten. `x:notify` of the lane has "<ulid> <version>" by the time of the next
-- delivery; `m:<ulid>` has, by version, "<kind>,<at>,<attempts>,<attempts at the last replay>,<state>[,<replays>]",
-- and by "<version>.<attempt>" what came of each delivery, "<at>,<outcome>,<HTTP status or ''>,<ms>".
local notifyIndex = lane .. 'x:notify'
local messagesKey = lane .. 'm:' .. ulid

-- A client of the upstream's own contract ('u') is told of ends alone: that has no word for a hold.
local function kindOf(from, to, words)
  if to == 'held' then return words ~= 'u' and 'held' or nil end
  if not TERMINAL[to] then return nil end
  return TERMINAL[from] and 'corrected' or to
end

local function planNotification(rec, at, to)
  local kind = rec.nu and kindOf(rec.s, to, rec.nu)
  if not kind then return end
  redis.call('HSET', messagesKey, rec.v, table.concat({ kind, int(at), '0', '0', 'pending' }, ','))
  redis.call('ZADD', notifyIndex, at, ulid .. ' ' .. rec.v)
end
