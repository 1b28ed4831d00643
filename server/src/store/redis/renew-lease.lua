-- KEYS: the lease. ARGV: the lease as it was given, for how many ms. Answers 1, or 0 when it is no longer so.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
