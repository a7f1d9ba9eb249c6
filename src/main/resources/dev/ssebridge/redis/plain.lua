-- Does the usual work of append.lua with fewer arguments, as each argument costs Redis time: for
-- events without message ids, by a caller who needs no lease and knows the epoch. It is only for
-- bridges; everybody can use append.lua, and both may be used for the same channel.
--
--   KEYS[1]  the log, KEYS[2] the marks of calls that were given up
--   ARGV[1]  "<epoch>-*" with the epoch that the caller knows
--   ARGV[2]  the newest sequence that it knows of this epoch
--   ARGV[3]  how many entries are kept
--   ARGV[4]  a mark that no other call has
--   then head and frame of each event
--
-- Returns the id of the first entry; the others have the next sequences. Returns "MORE" where the
-- log is missing, has a later epoch or went back: then nothing was added, and append.lua is to be
-- called with the same mark. A log that went back is deleted, since the entry cannot be taken back.

local log, mark, n = KEYS[1], ARGV[4], #ARGV

if redis.call('SISMEMBER', KEYS[2], mark) == 1 then
  return redis.error_reply('VOID this call was given up')
end

local first
if n == 6 then
  first = redis.pcall('XADD', log, 'NOMKSTREAM', 'MAXLEN', '~', ARGV[3], ARGV[1],
    'h', ARGV[5], 'd', ARGV[6], 'b', mark)
else
  first = redis.pcall('XADD', log, 'NOMKSTREAM', 'MAXLEN', '~', ARGV[3], ARGV[1],
    'h', ARGV[5], 'd', ARGV[6])
end
if type(first) ~= 'string' then
  -- A later epoch is the only reason for this error; all others are the caller's to hear.
  if first and not string.find(first.err, 'equal or smaller', 1, true) then
    return first
  end
  return 'MORE'
end

local digits = #ARGV[1] - 2
local sequence = string.sub(first, digits + 2)
if tonumber(sequence) <= tonumber(ARGV[2]) then
  redis.call('DEL', log)
  return 'MORE'
end

-- The message is described in append.lua.
local told
if n == 6 then
  told = string.sub(first, 1, digits) .. ' ' .. sequence .. ' ' .. sequence .. ' ' .. mark .. '\n'
    .. ARGV[5] .. '\n' .. #ARGV[6] .. '\n' .. ARGV[6]
else
  local last
  local parts, at = {'', ARGV[5], #ARGV[6], ARGV[6]}, 4
  for i = 7, n, 2 do
    if i == n - 1 then
      last = redis.call('XADD', log, 'MAXLEN', '~', ARGV[3], ARGV[1],
        'h', ARGV[i], 'd', ARGV[i + 1], 'b', mark)
    else
      redis.call('XADD', log, 'MAXLEN', '~', ARGV[3], ARGV[1], 'h', ARGV[i], 'd', ARGV[i + 1])
    end
    parts[at + 1], parts[at + 2], parts[at + 3] = ARGV[i], #ARGV[i + 1], ARGV[i + 1]
    at = at + 3
  end
  parts[1] = string.sub(first, 1, digits) .. ' ' .. sequence .. ' '
    .. string.sub(last, digits + 2) .. ' ' .. mark
  told = table.concat(parts, '\n')
end
-- Who may write but not publish has written: bridges look for themselves every few seconds.
redis.pcall('SPUBLISH', log, told)
return first
