-- held: list the leases that keep a number from others, ended ones too. Changes nothing.
--
-- A great many would keep the server from pages for seconds. So the client asks first for the
-- numbers, which is quick, and then for the leases of a few hundred of them at a time.
--
-- ARGV[2]  the numbers whose leases are wanted, as JSON; "" asks for the numbers
-- Answers  {numbers}, or {leases of holders, leases of sharers}

local at, behind = read_clock()

if ARGV[2] == '' then
  local found = {}
  local pools = redis.call('HKEYS', key('pools'))
  table.insert(pools, NOWHERE)
  for _, pool in ipairs(pools) do
    local busy = redis.call('ZRANGEBYSCORE', key('queue', pool), '(' .. text(at), '+inf')
    for _, member in ipairs(busy) do table.insert(found, (string.match(member, ':(.*)'))) end
  end
  return answer(at, behind, found)
end

local held, shared = {}, {}
for _, e164 in ipairs(cjson.decode(ARGV[2])) do
  local row = read_number(e164)
  if at < math.max(row.promised_until, row.kept_until, row.pinned_until) then
    table.insert(held, fact(row, at))
  end
  if at < row.shared_until then
    for _, session in ipairs(redis.call('SMEMBERS', key('shares', e164))) do
      local share = read_share(e164, session)
      if at < share.promised_until then table.insert(shared, fact(share, at)) end
    end
  end
end
return answer(at, behind, held, shared)
