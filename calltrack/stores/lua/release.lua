-- release: end a session's leases, shares too. Their promises and keeps stand.
--
-- ARGV[2]  session
-- Answers  {events}

local at, behind = tick()
local held, shared = of_session(ARGV[2], at)
local events = {}

local function going(leases)
  local found = {}
  for _, lease in ipairs(leases) do
    if lease.ended_at == 0 then table.insert(found, lease) end
  end
  table.sort(found, function(one, other) return one.e164 < other.e164 end)
  return found
end

end_leases(going(held), write_number, at, 'released', events)
end_leases(going(shared), write_share, at, 'released', events)
return answer(at, behind, events)
