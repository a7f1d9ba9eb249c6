-- Appends events to the history of one channel, and tells all bridges of them.
--
-- Bridges append by this script, and so may other programs. It needs Redis 7.0 or later. Either all
-- events are in the channel afterwards, or none is.
--
-- A channel's keys have its name in braces, so that they are in one slot of a cluster. In the name,
-- % { } are written %25 %7B %7D. With the prefix "sse:" and the channel "news":
--   KEYS[1]  sse:{news}:log    a stream, an entry for each event, with the id <epoch>-<sequence>
--   KEYS[2]  sse:{news}:ids    a sorted set, the newest 1024 message ids with their sequences
--   KEYS[3]  sse:{news}:run    the run_id of the server that the log was last seen on
--   KEYS[4]  sse:{news}:void   a set, the marks of calls that were given up
--   KEYS[5]  sse:{news}:lease  who may append, where only one may
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

local log, ids, run = KEYS[1], KEYS[2], KEYS[3]
local epoch, known, fresh, keep, mark = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[7]

if ARGV[6] ~= '' and redis.call('GET', KEYS[5]) ~= ARGV[6] then
  return redis.error_reply('FENCED somebody else may append to ' .. log)
end
if mark ~= '' and redis.call('SISMEMBER', KEYS[4], mark) == 1 then
  return redis.error_reply('VOID this call was given up')
end

local function whole(number)
  return string.format('%.0f', number)
end

local function begin()
  redis.call('DEL', log, ids, run)
  redis.call('XADD', log, 'MAXLEN', '0', fresh .. '-0', 'h', '0')
  epoch = fresh
end

local function add(id, head, frame, b)
  if b then
    return redis.pcall('XADD', log, 'NOMKSTREAM', 'MAXLEN', '~', keep, id, 'h', head, 'd', frame, 'b', b)
  end
  return redis.pcall('XADD', log, 'NOMKSTREAM', 'MAXLEN', '~', keep, id, 'h', head, 'd', frame)
end

-- The newest sequence, after it was looked whether the log is there and did not go back.
local function look()
  local info = redis.pcall('XINFO', 'STREAM', log)
  if info.err then
    if not string.find(info.err, 'no such key', 1, true) then
      return info
    end
    begin()
    return 0
  end
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then
      local there, sequence = string.match(info[i + 1], '^(%d+)-(%d+)$')
      local older = #there < #epoch or #there == #epoch and there < epoch
      if older or there == epoch and tonumber(sequence) < known then
        begin()
        return 0
      end
      epoch = there
      return tonumber(sequence)
    end
  end
end

-- What is more than a plain event: those with a message id, and runs of lost ones.
local special = false
for i = 8, #ARGV, 2 do
  if string.find(ARGV[i], ' [mn]=') then
    special = true
    break
  end
end

local first, last, places = nil, nil, nil
local told = {''}
local function tell(head, frame)
  told[#told + 1] = '\n' .. head .. '\n' .. #frame .. '\n'
  told[#told + 1] = frame
end

if not special then
  local i = 8
  local b = i + 1 == #ARGV and mark ~= '' and mark or nil
  local id = add(epoch .. '-*', ARGV[i], ARGV[i + 1], b)
  if not id then
    begin()
    id = add(epoch .. '-*', ARGV[i], ARGV[i + 1], b)
  elseif type(id) == 'table' and id.err then
    -- A later epoch is the only reason for this; all else is the caller's to hear.
    if not string.find(id.err, 'equal or smaller', 1, true) then
      return id
    end
    local top = look()
    if type(top) == 'table' then
      return top
    end
    id = add(epoch .. '-*', ARGV[i], ARGV[i + 1], b)
  elseif tonumber(string.match(id, '%d+$')) <= known then
    begin()
    id = add(epoch .. '-*', ARGV[i], ARGV[i + 1], b)
  end
  if type(id) == 'table' then
    return id
  end
  first = tonumber(string.match(id, '%d+$'))
  last = first + (#ARGV - 9) / 2
  tell(ARGV[i], ARGV[i + 1])
  for i = 10, #ARGV, 2 do
    add(epoch .. '-*', ARGV[i], ARGV[i + 1], i + 1 == #ARGV and mark ~= '' and mark or nil)
    tell(ARGV[i], ARGV[i + 1])
  end
else
  local top = look()
  if type(top) == 'table' then
    return top
  end
  first, last = top + 1, top
  local add_at, new_ids, seen, words, left_out = {}, {}, {}, {}, false
  for i = 8, #ARGV, 2 do
    local id = string.match(ARGV[i], ' m=(%S*)')
    local before = id and (seen[id] or redis.call('ZSCORE', ids, id))
    if before then
      words[#words + 1] = '=' .. whole(tonumber(before))
      left_out = true
    else
      last = last + tonumber(string.match(ARGV[i], ' n=(%d+)') or 1)
      words[#words + 1] = whole(last)
      add_at[#add_at + 1] = {i, last}
      if id then
        seen[id] = last
        new_ids[#new_ids + 1] = whole(last)
        new_ids[#new_ids + 1] = id
      end
    end
  end
  places = left_out and ' ' .. table.concat(words, ' ') or nil
  for n = 1, #add_at do
    local i, sequence = add_at[n][1], add_at[n][2]
    local b = n == #add_at and mark ~= '' and mark .. (places or '') or nil
    local id = add(epoch .. '-' .. whole(sequence), ARGV[i], ARGV[i + 1], b)
    if type(id) == 'table' then
      return id
    end
    tell(ARGV[i], ARGV[i + 1])
  end
  if #new_ids > 0 then
    redis.call('ZADD', ids, unpack(new_ids))
    redis.call('ZREMRANGEBYRANK', ids, 0, -1025)
  end
end

if ARGV[5] ~= '0' then
  redis.call('PEXPIRE', log, ARGV[5])
  redis.call('PEXPIRE', ids, ARGV[5])
  redis.call('PEXPIRE', run, ARGV[5])
end
local answer = epoch .. ' ' .. whole(first) .. ' ' .. whole(last)
if last >= first then
  told[1] = answer .. ' ' .. mark .. (places or '')
  -- Who may write but not publish has written: bridges look for themselves every few seconds.
  redis.pcall('SPUBLISH', log, table.concat(told))
end
return answer .. (places or '')
