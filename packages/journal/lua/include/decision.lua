-- What a person decided about a held generation. The words are kept in a list beside the record;
-- the line of history has their number.
local function keepReason(reason)
  return redis.call('RPUSH', lane .. 'd:' .. ulid, reason)
end
