-- Bounds a history. A generation that nobody lets in is begun and refused again and again, thousands
-- of times in a day. When lines leave the record, what repeats becomes one line:
--
--   folded <ms since created of the first> <refusals> <last attempt> <ms of the last outcome>
--     <last code> <how often in a row at the end> <another code before those, or -> <pause ms>
--     <wake-up hints made anew>
--
-- It says all that `transition` needs: each refusal is a begin and its outcome, the last ones with
-- the last code, the ones before with another. It grows with what follows, so that there is one for
-- any number, between two lines that say something else.
local REFUSALS = { not_sent = true, refused = true, denied = true }
-- Fewer lines than this are no shorter folded.
local WORTH_FOLDING = 3

local function wordsOf(line)
  local words = {}
  for word in string.gmatch(line, '%S+') do words[#words + 1] = word end
  return words
end

-- Whether two lines are an attempt that came to nothing, and the queue again.
local function isRefusal(begun, outcome)
  return begun[1] == 'begun' and outcome and REFUSALS[outcome[1]] and outcome[3] == begun[3]
    and outcome[4] == begun[4] and (outcome[1] ~= 'denied' or outcome[6] == 'park')
end

local function openFold(at)
  return { at, 0, '0', at, '-', 0, '-', '0', 0, lines = {} }
end

local function addRefusal(fold, outcome)
  local code = outcome[5]
  fold[2] = int(fold[2] + 1)
  if fold[5] == code then
    fold[6] = int(fold[6] + 1)
  else
    if fold[5] ~= '-' then fold[7] = fold[5] end
    fold[5], fold[6] = code, 1
  end
  fold[3], fold[4], fold[8] = outcome[3], outcome[2], outcome[6] == 'park' and '0' or outcome[6]
end

-- Puts lines behind `last`, the last one that left before. Returns what takes the place of that one,
-- or nil, and the lines that follow it.
local function folded(last, lines)
  local replaced, rest = nil, {}
  local fold = nil
  if last and string.sub(last, 1, 7) == 'folded ' then
    fold = wordsOf(last)
    table.remove(fold, 1)
    fold.isStored = true
  end
  local function close()
    if not fold then return end
    local text = 'folded ' .. table.concat(fold, ' ', 1, 9)
    if fold.isStored then
      replaced = text
    elseif #fold.lines >= WORTH_FOLDING then
      rest[#rest + 1] = text
    else
      for _, line in ipairs(fold.lines) do rest[#rest + 1] = line end
    end
    fold = nil
  end
  local function keep(line)
    if not fold.isStored then fold.lines[#fold.lines + 1] = line end
  end
  local i = 1
  while i <= #lines do
    local words = wordsOf(lines[i])
    local outcome = lines[i + 1] and wordsOf(lines[i + 1])
    if words[1] == 'woken' then
      fold = fold or openFold(words[2])
      fold[9] = int(fold[9] + 1)
      keep(lines[i])
    elseif isRefusal(words, outcome) then
      fold = fold or openFold(words[2])
      addRefusal(fold, outcome)
      keep(lines[i])
      keep(lines[i + 1])
      i = i + 1
    else
      close()
      rest[#rest + 1] = lines[i]
    end
    i = i + 1
  end
  close()
  return replaced, rest
end

-- Moves the lines `from` to `to` out of the record. Returns the number of the last one that moved.
local function spill(rec, from, to)
  -- The outcome of an attempt that has just begun comes next: they stay together.
  if string.sub(rec['h' .. to], 1, 6) == 'begun ' then to = to - 1 end
  local lines, names = {}, {}
  for i = from, to do
    names[#names + 1] = 'h' .. i
    lines[#lines + 1] = rec['h' .. i]
  end
  local list = lane .. 'h:' .. ulid
  local replaced, rest = folded(redis.call('LINDEX', list, -1), lines)
  if replaced then redis.call('LSET', list, -1, replaced) end
  if #rest > 0 then redis.call('RPUSH', list, unpack(rest)) end
  redis.call('HDEL', recordKey, unpack(names))
  return to
end
