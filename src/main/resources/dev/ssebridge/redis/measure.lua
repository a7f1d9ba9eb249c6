-- How many bytes of frames are in a stretch of the log, so that they need not be sent to be counted.
--
-- KEYS[1] the log; ARGV[1] the id to begin with, ARGV[2] the last id, ARGV[3] how many entries at
-- most; ARGV[4] how many bytes are kept, or 0
-- Returns "<entries> <bytes> <sequence of the last of them>", or "few" where Redis says that the
-- whole log needs less than half of what is kept.

if ARGV[4] ~= '0' then
  local all = redis.pcall('MEMORY', 'USAGE', KEYS[1])
  if type(all) == 'number' and all < tonumber(ARGV[4]) / 2 then
    return 'few'
  end
end
local bytes, last = 0, '0'
local entries = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[2], 'COUNT', ARGV[3])
for _, entry in ipairs(entries) do
  local fields = entry[2]
  for i = 1, #fields, 2 do
    if fields[i] == 'd' then
      bytes = bytes + #fields[i + 1]
    end
  end
  last = string.match(entry[1], '%d+$')
end
return #entries .. ' ' .. string.format('%.0f', bytes) .. ' ' .. last
