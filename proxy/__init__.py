"""The reverse proxy: in front of any site, it shows every visitor phone numbers of their own.

    __main__ → app → handler → upstream | visitor | headers | rewrite

- `__main__`: the commands (`run`, `plan`, `rewrite`)
- `app`: puts finished objects together, opens and closes them
- `handler`: one request from start to end
- `upstream`: asks the site; its errors become ours here
- `headers`: which fields go through, which are ours, which change with the page
- `visitor`: request → session, bot, or nobody
- `rewrite`: page bytes → literal runs and slots; pure, and it knows no visitors
- `admin`: the status page on its own port

This module imports nothing: `proxy.rewrite` must not pull in a web server.
"""
