-- unpin: end the pin of a number; its last holder is promised it for a while from now.
--
-- A pin that ran out is ended, too, unless somebody else got the number since: that took it away.
--
-- ARGV[2…3]  number, how long it is promised (span)
-- Answers    {events}

local at, behind = tick()
local row = read_number(ARGV[2])
if not row or row.session == '' or row.pinned_until == 0 then return answer(at, behind, {}) end
local promised = at + tonumber(ARGV[3])
if is_kept(row, at) then
  row.promised_until = math.max(row.promised_until, promised)
  row.kept_until = math.max(row.kept_until, row.promised_until)
else
  -- The lease was over: a new one begins for its holder.
  row.promised_until, row.kept_until = promised, promised
  row.given_at, row.ended_at, row.client = at, 0, ''
end
row.pinned_until = 0
write_number(row)
return answer(at, behind, {{'unpinned', fact(row, at), ''}})
