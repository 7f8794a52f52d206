-- pin: keep a number from going to anybody while a call is on.
--
-- ARGV[2…3]  number, the longest that the pin lasts (span)
-- Answers    {events}

local at, behind = tick()
local row = read_number(ARGV[2])
if not row or row.session == '' then return answer(at, behind, {}) end
row.pinned_until = math.max(row.pinned_until, at + tonumber(ARGV[3]))
write_number(row)
return answer(at, behind, {{'pinned', fact(row, at), ''}})
