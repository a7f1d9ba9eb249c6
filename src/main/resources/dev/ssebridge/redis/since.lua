-- The sequence of the oldest entry of this time or later; one more than the newest where there is
-- none. Times may fall for a while, as clocks differ: for less than 200 entries.
--
-- KEYS[1] the log; ARGV[1] its epoch, ARGV[2] the oldest sequence, ARGV[3] the newest, ARGV[4] the time

local wanted = tonumber(ARGV[4])

local function id(sequence)
  return ARGV[1] .. '-' .. string.format('%.0f', sequence)
end

local function sequence(entry)
  return tonumber(string.match(entry[1], '%d+$'))
end

local function time(entry)
  local fields = entry[2]
  for i = 1, #fields, 2 do
    if fields[i] == 'h' then
      return tonumber(string.match(fields[i + 1], '^%-?%d+') or '0')
    end
  end
  return 0
end

-- Runs of lost events are at the last of their sequences.
local function begin(entry)
  local fields, last = entry[2], sequence(entry)
  for i = 1, #fields, 2 do
    if fields[i] == 'h' then
      local span = tonumber(string.match(fields[i + 1], ' n=(%d+)') or 1)
      return span > last and last or last - span + 1
    end
  end
  return last
end

local low, high = tonumber(ARGV[2]), tonumber(ARGV[3]) + 1
local answer = high
while low < high do
  local middle = math.floor((low + high) / 2)
  local there = redis.call('XRANGE', KEYS[1], id(middle), id(ARGV[3]), 'COUNT', 1)[1]
  if not there then
    high = middle
  elseif time(there) >= wanted then
    high = middle
    answer = begin(there)
  else
    low = sequence(there) + 1
  end
end
while answer > tonumber(ARGV[2]) do
  local earlier = nil
  local before = redis.call('XREVRANGE', KEYS[1], id(answer - 1), id(ARGV[2]), 'COUNT', 200)
  for _, entry in ipairs(before) do
    if time(entry) >= wanted then
      earlier = begin(entry)
    end
  end
  if not earlier then
    break
  end
  answer = earlier
end
return string.format('%.0f', answer)
