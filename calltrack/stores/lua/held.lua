-- held: list the leases that keep a number from others, ended ones too. Changes nothing.
--
-- Answers  {leases of holders, leases of sharers}

local at, behind = read_clock()
local held, shared = {}, {}
local pools = redis.call('HKEYS', key('pools'))
table.insert(pools, NOWHERE)
for _, pool in ipairs(pools) do
  local busy = redis.call('ZRANGEBYSCORE', key('queue', pool), '(' .. text(at), '+inf')
  for _, member in ipairs(busy) do
    local row = number_of(member)
    if at < math.max(row.promised_until, row.kept_until, row.pinned_until) then
      table.insert(held, fact(row, at))
    end
    if at < row.shared_until then
      for _, session in ipairs(redis.call('SMEMBERS', key('shares', row.e164))) do
        local share = read_share(row.e164, session)
        if at < share.promised_until then table.insert(shared, fact(share, at)) end
      end
    end
  end
end
return answer(at, behind, held, shared)
