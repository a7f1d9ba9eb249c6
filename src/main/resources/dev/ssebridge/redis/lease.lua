-- Goes on with a lease, keeps a text for its next holder, or gives it back, if it is the caller's.
--
-- KEYS[1] the lease, KEYS[2] the text; ARGV[1] the caller's token; ARGV[2] what is to be done:
--   take  ARGV[3] milliseconds that it goes on for
--   keep  ARGV[3] the text, ARGV[4] milliseconds that it is kept for, 0 for ever
--   give
-- Returns 1, or 0 where somebody else has it or nobody.

if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
if ARGV[2] == 'take' then
  return redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
if ARGV[2] == 'give' then
  return redis.call('DEL', KEYS[1])
end
if ARGV[4] == '0' then
  redis.call('SET', KEYS[2], ARGV[3])
else
  redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[4])
end
return 1
