-- Goes on with a lease, or gives it back, if it is still the caller's.
--
-- KEYS[1] the lease; ARGV[1] the caller's token; ARGV[2] milliseconds that it goes on for, 0 gives it
-- back. Returns 1, or 0 where somebody else has it or nobody.

if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
if ARGV[2] == '0' then
  return redis.call('DEL', KEYS[1])
end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
