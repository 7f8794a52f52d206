"""The health page: is call tracking set up, does it run, and are there numbers enough?

- `figures`: what visitors asked of each pool in the last seven days, counted by the database
- `stock`: the numbers of each pool, what they cost, and which are in use now
- `pools`: both together, with the planner's answer and the alarms
- `edges`: whether each edge follows
- `accounts`: whether calls come in
- `steps`: the set-up, step by step, with what to do next
- `links`: where each screen is, for those who may open it
- `screens`: the page and its place in the menu; `home`: the alarms on Wagtail's home

It looks and changes nothing. Who has any permission for rows of the plugin sees it; costs are for
those who may look at numbers, and each link for those who may follow it.
"""
