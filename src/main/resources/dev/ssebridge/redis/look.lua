-- Looks at the log of one channel: whether it is there and did not go back, else begins a new epoch,
-- once for all bridges; and lets go of what is too much or too old.
--
-- KEYS[1] the log, KEYS[2] its message ids, KEYS[3] the run_id it was last seen with: see append.lua
-- ARGV[1]  the epoch that the caller knows, or 0
-- ARGV[2]  the newest sequence that it knows of it, or 0
-- ARGV[3]  the mark of the entry there, or an empty text
-- ARGV[4]  an epoch to begin with, larger than ARGV[1]
-- ARGV[5]  the run_id of this server, and where it is known @ and what tells it from other servers
-- ARGV[6]  * where a restart of the server loses nothing; then run_ids of other servers whose keys
--          may have come here undamaged
-- ARGV[7]  how many entries are kept
-- ARGV[8]  the time before which they are too old, or 0
-- ARGV[9]  the sequence before which there are too many bytes, or 0
-- ARGV[10] milliseconds after which Redis forgets the channel unless it is used, or 0: as it is
-- Returns "<epoch> <head> <oldest> <entries>", or "again <epoch>" where ARGV[4] must be larger than
-- that.

local log, ids, run = KEYS[1], KEYS[2], KEYS[3]

local function whole(number)
  return string.format('%.0f', number)
end

local function older(a, b)
  return #a < #b or #a == #b and a < b
end

local function field(fields, name)
  for i = 1, #fields, 2 do
    if fields[i] == name then
      return fields[i + 1]
    end
  end
  return ''
end

local function sequence(id)
  return tonumber(string.match(id, '%d+$'))
end

-- Nil where another program wrote something else.
local function time(entry)
  local text = string.match(field(entry[2], 'h'), '^%-?%d+')
  return text and tonumber(text)
end

local info = redis.pcall('XINFO', 'STREAM', log)
local epoch, head, entries, first, lost = nil, 0, 0, nil, false
if info.err then
  if not string.find(info.err, 'no such key', 1, true) then
    return info
  end
  lost = true
else
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then
      epoch = string.match(info[i + 1], '^%d+')
      head = sequence(info[i + 1])
    elseif info[i] == 'length' then
      entries = info[i + 1]
    elseif info[i] == 'first-entry' then
      first = info[i + 1]
    end
  end
  local known = tonumber(ARGV[2])
  local seen_on, seen_at = string.match(redis.call('GET', run) or '', '^([^@]*)@?(.*)$')
  local runs_on, runs_at = string.match(ARGV[5], '^([^@]*)@?(.*)$')
  -- An earlier run of this server, and not one of the server whose replica it was.
  local earlier = string.sub(ARGV[6], 1, 1) == '*' and (seen_at == runs_at or seen_at == '' or runs_at == '')
  if seen_on ~= '' and seen_on ~= runs_on and not earlier and not string.find(ARGV[6], seen_on, 1, true) then
    lost = true
  elseif older(epoch, ARGV[1]) or epoch == ARGV[1] and head < known then
    lost = true
  elseif epoch == ARGV[1] and known > 0 and ARGV[3] ~= '' then
    local id = epoch .. '-' .. ARGV[2]
    local there = redis.call('XRANGE', log, id, id)[1]
    lost = there and string.match(field(there[2], 'b'), '^%S*') ~= ARGV[3]
  end
  if lost and not older(epoch, ARGV[4]) then
    return 'again ' .. epoch
  end
  if not lost and (seen_on ~= runs_on or runs_at ~= '' and seen_at ~= runs_at) then
    redis.call('SET', run, ARGV[5])
  end
end

if lost then
  redis.call('DEL', log, ids)
  epoch, head, entries, first = ARGV[4], 0, 0, nil
  redis.call('XADD', log, 'MAXLEN', '0', epoch .. '-0', 'h', '0')
  redis.call('SET', run, ARGV[5])
  redis.pcall('SPUBLISH', log, epoch .. ' 1 0 ')
end

-- Of entries whose times do not fall, the sequence of the first of this time or later; rather an
-- earlier one than too late where some have no time.
local function since(wanted, from)
  local low, high = from, head + 1
  while low < high do
    local middle = math.floor((low + high) / 2)
    local there = redis.call('XRANGE', log, epoch .. '-' .. whole(middle), '+', 'COUNT', 1)[1]
    if not there or (time(there) or wanted) >= wanted then
      high = middle
    else
      low = sequence(there[1]) + 1
    end
  end
  return low
end

if entries > 0 then
  local below = tonumber(ARGV[9])
  if ARGV[8] ~= '0' and (time(first) or 0) < tonumber(ARGV[8]) then
    below = math.max(below, since(tonumber(ARGV[8]), sequence(first[1])))
  end
  local gone = 0
  if below > sequence(first[1]) then
    gone = redis.call('XTRIM', log, 'MINID', '=', epoch .. '-' .. whole(below))
  end
  if entries - gone > tonumber(ARGV[7]) then
    gone = gone + redis.call('XTRIM', log, 'MAXLEN', '=', ARGV[7])
  end
  if gone > 0 then
    entries = entries - gone
    first = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1]
  end
end
local oldest = head + 1
if first then
  local last, span = sequence(first[1]), tonumber(string.match(field(first[2], 'h'), ' n=(%d+)') or 1)
  oldest = math.max(1, span > last and last or last - span + 1)
end
if ARGV[10] ~= '0' then
  redis.call('PEXPIRE', log, ARGV[10])
  redis.call('PEXPIRE', ids, ARGV[10])
  redis.call('PEXPIRE', run, ARGV[10])
end
return epoch .. ' ' .. whole(head) .. ' ' .. whole(oldest) .. ' ' .. entries
