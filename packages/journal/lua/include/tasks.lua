-- Task ids of a generation: fields k1, k2, ... in order of arrival, never removed; `t` names the
-- one that the generation is bound to. All others are extra payments.
--
-- The lane's index from task id to generation is spread over 4096 small hashes: an entry of
-- a small hash takes about 70 bytes, of one large hash about 120.
local function taskBucket(taskId)
  return lane .. 't:' .. string.sub(redis.sha1hex(taskId), 1, 3)
end

-- Returns the number under which the generation knows the task, or nil.
local function taskNumber(rec, taskId)
  local n = 1
  while rec['k' .. n] do
    if rec['k' .. n] == taskId then return n end
    n = n + 1
  end
  return nil
end

-- Another generation that owns the task id, or nil: a stored task id belongs to one generation.
local function otherOwner(taskId)
  local owner = redis.call('HGET', taskBucket(taskId), taskId)
  if owner and owner ~= ulid then return owner end
  return nil
end

-- Stores the task id under the next number. Returns the number.
local function addTask(rec, set, taskId)
  local n = 1
  while rec['k' .. n] do n = n + 1 end
  set['k' .. n] = taskId
  redis.call('HSET', taskBucket(taskId), taskId, ulid)
  return n
end
