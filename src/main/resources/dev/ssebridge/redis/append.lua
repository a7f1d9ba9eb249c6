-- Appends events to the history of one channel, and tells all bridges of them.
--
-- Bridges append by this script, and so may other programs. It needs Redis 7.0 or later. Either all
-- events are in the channel afterwards, or none is.
--
-- A channel's keys have its name in braces, so that they are in one slot of a cluster. In the name,
-- % { } are written %25 %7B %7D. The name is that of the route, a space, and its addresses with
-- commas between them. With the prefix "sse:", the route "news" and its address "news":
--   KEYS[1]  sse:{news news}:log    a stream, an entry for each event, with the id <epoch>-<sequence>
--   KEYS[2]  sse:{news news}:ids    a sorted set, the newest 1024 message ids with their sequences
--   KEYS[3]  sse:{news news}:run    the server that the log was last seen on, and its run_id
--   KEYS[4]  sse:{news news}:void   a set, the marks of calls that were given up
--   KEYS[5]  sse:{news news}:lease  who may append, where only one may
--
--   ARGV[1]  the epoch, a decimal number below 2^63, as far as the caller knows, or 0
--   ARGV[2]  the newest sequence that the caller knows of this epoch, or 0
--   ARGV[3]  an epoch to begin with where the log is missing or went back: larger than ARGV[1].
--            Bridges take milliseconds * 36^4 + a random number below 36^4
--   ARGV[4]  how many entries are kept, a little more may be
--   ARGV[5]  milliseconds after which Redis forgets the channel unless it is used, or 0
--   ARGV[6]  the value that KEYS[5] must have, or an empty text
--   ARGV[7]  a mark that no other call has, without spaces, or an empty text: by it the caller can
--            find out after a broken link whether the call was carried out
--   then two for each event:
--   head     its time in milliseconds, then, each after one space, what is there of
--            s=<index of its address>  k=<key>  l=<label>  m=<message id>
--            or for a run of lost events n=<how many>  r=<reason>. In values a space, %, control
--            characters and lone surrogates are written %uXXXX
--   frame    its lines as they are sent to browsers, without a line "id", with the blank line at
--            the end; an empty text for lost events
--
-- An entry of the log has the fields h (head) and d (frame), and the last one of a call has b, the
-- mark and the words for events. A run of lost events is one entry, at the sequence of the last of them.
--
-- Returns "<epoch> <first> <last>", the sequences of what was added (first = last + 1 if nothing
-- was); and if events were left out because their message id was there already, for each event
-- another word: its sequence, with = before it if it is that of the earlier event.
-- Errors: FENCED (KEYS[5] has another value), VOID (the mark was given up), and those of Redis.
-- The message on the shard channel named as KEYS[1]: "<epoch> <first> <last> <mark>", the words for
-- events if there are any, then for each event that was added a line feed, head, line feed, number
-- of bytes of the frame, line feed, frame.

-- How it is written: what is called often comes first and makes no functions, as they cost time.

local log, mark, keep, n = KEYS[1], ARGV[7], ARGV[4], #ARGV

if ARGV[6] ~= '' and redis.call('GET', KEYS[5]) ~= ARGV[6] then
  return redis.error_reply('FENCED somebody else may append to ' .. log)
end
if mark ~= '' and redis.call('SISMEMBER', KEYS[4], mark) == 1 then
  return redis.error_reply('VOID this call was given up')
end

-- Whether there is more than plain events: those with a message id, and runs of lost ones.
local special = false
for i = 8, n, 2 do
  if string.find(ARGV[i], '=', 1, true) and string.find(ARGV[i], ' [mn]=') then
    special = true
    break
  end
end

-- The first of plain events; this is all that is needed to know nearly always.
local epoch, first = ARGV[1], nil
if not special then
  if n == 9 then
    first = redis.pcall('XADD', log, 'NOMKSTREAM', 'MAXLEN', '~', keep, epoch .. '-*',
      'h', ARGV[8], 'd', ARGV[9], 'b', mark)
  else
    first = redis.pcall('XADD', log, 'NOMKSTREAM', 'MAXLEN', '~', keep, epoch .. '-*',
      'h', ARGV[8], 'd', ARGV[9])
  end
  -- A later epoch is the only reason for this error; all others are the caller's to hear.
  if type(first) == 'table' and not string.find(first.err, 'equal or smaller', 1, true) then
    return first
  end
end

local tail = nil
if type(first) ~= 'string' or tonumber(string.sub(first, #epoch + 2)) <= tonumber(ARGV[2]) then
  local ids, known = KEYS[2], tonumber(ARGV[2])

  local function begin()
    redis.call('DEL', log, ids, KEYS[3])
    epoch = ARGV[3]
    redis.call('XADD', log, 'MAXLEN', '0', epoch .. '-0', 'h', '0')
    tail = 0
  end

  if type(first) == 'string' or first == false then
    -- It went back, or is missing.
    begin()
  else
    local info = redis.pcall('XINFO', 'STREAM', log)
    if info.err then
      if not string.find(info.err, 'no such key', 1, true) then
        return info
      end
      begin()
    else
      for i = 1, #info, 2 do
        if info[i] == 'last-generated-id' then
          local there, sequence = string.match(info[i + 1], '^(%d+)-(%d+)$')
          local older = #there < #epoch or #there == #epoch and there < epoch
          if older or there == epoch and tonumber(sequence) < known then
            begin()
          else
            epoch = there
            tail = tonumber(sequence)
          end
        end
      end
    end
  end
end

local answer, places, told = nil, '', nil
if not tail then
  -- As nearly always: the first one is there already.
  if n == 9 then
    local sequence = string.sub(first, #epoch + 2)
    answer = epoch .. ' ' .. sequence .. ' ' .. sequence
    told = '\n' .. ARGV[8] .. '\n' .. #ARGV[9] .. '\n' .. ARGV[9]
  else
    local more, next_id = {'\n' .. ARGV[8] .. '\n' .. #ARGV[9] .. '\n' .. ARGV[9]}, epoch .. '-*'
    for i = 10, n - 2, 2 do
      redis.call('XADD', log, 'MAXLEN', '~', keep, next_id, 'h', ARGV[i], 'd', ARGV[i + 1])
      more[#more + 1] = '\n' .. ARGV[i] .. '\n' .. #ARGV[i + 1] .. '\n' .. ARGV[i + 1]
    end
    local last = redis.call('XADD', log, 'MAXLEN', '~', keep, next_id,
      'h', ARGV[n - 1], 'd', ARGV[n], 'b', mark)
    more[#more + 1] = '\n' .. ARGV[n - 1] .. '\n' .. #ARGV[n] .. '\n' .. ARGV[n]
    answer = epoch .. ' ' .. string.sub(first, #epoch + 2) .. ' ' .. string.sub(last, #epoch + 2)
    told = table.concat(more)
  end
else
  local function whole(number)
    return string.format('%.0f', number)
  end

  -- First where all of them will be, then they are added.
  local ids, last, adds, new_ids, seen, words, left_out = KEYS[2], tail, {}, {}, {}, {}, false
  for i = 8, n, 2 do
    local id = special and string.match(ARGV[i], ' m=(%S*)')
    local before = id and (seen[id] or redis.call('ZSCORE', ids, id))
    if before then
      words[#words + 1] = '=' .. whole(tonumber(before))
      left_out = true
    else
      last = last + tonumber(string.match(ARGV[i], ' n=(%d+)') or 1)
      words[#words + 1] = whole(last)
      adds[#adds + 1] = {i, last}
      if id then
        seen[id] = last
        new_ids[#new_ids + 1] = whole(last)
        new_ids[#new_ids + 1] = id
      end
    end
  end
  if left_out then
    places = ' ' .. table.concat(words, ' ')
  end
  answer = epoch .. ' ' .. whole(tail + 1) .. ' ' .. whole(last)
  local more = {}
  for k = 1, #adds do
    local i, at = adds[k][1], epoch .. '-' .. whole(adds[k][2])
    local added
    if k == #adds then
      added = redis.pcall('XADD', log, 'MAXLEN', '~', keep, at,
        'h', ARGV[i], 'd', ARGV[i + 1], 'b', mark .. places)
    else
      added = redis.pcall('XADD', log, 'MAXLEN', '~', keep, at, 'h', ARGV[i], 'd', ARGV[i + 1])
    end
    if type(added) == 'table' then
      return added
    end
    more[#more + 1] = '\n' .. ARGV[i] .. '\n' .. #ARGV[i + 1] .. '\n' .. ARGV[i + 1]
  end
  if #new_ids > 0 then
    redis.call('ZADD', ids, unpack(new_ids))
    redis.call('ZREMRANGEBYRANK', ids, 0, -1025)
  end
  told = table.concat(more)
end

if ARGV[5] ~= '0' then
  redis.call('PEXPIRE', log, ARGV[5])
  redis.call('PEXPIRE', KEYS[2], ARGV[5])
  redis.call('PEXPIRE', KEYS[3], ARGV[5])
end
if told ~= '' then
  -- Who may write but not publish has written: bridges look for themselves every few seconds.
  redis.pcall('SPUBLISH', log, answer .. ' ' .. mark .. places .. told)
end
return answer .. places
