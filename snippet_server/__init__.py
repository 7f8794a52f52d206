"""What the edge serves under a path prefix of its own: webhooks of carriers, and the snippet.

An aiohttp sub-application. The proxy hands it what comes in under the prefix, on its public port
and on a port for carriers alone. The snippet swaps numbers in the browser, for sites that the proxy
cannot stand before and for content that comes late.

- `app`: the routes of both
- `bodies`: what comes in is bounded in length, in time and in memory
- `snippet_routes`: the snippet's scripts, what a site is like, and what pages ask
- `assets`: the released scripts, packed, each with its hash
- `crossing`: which origins may ask, and what browsers are told of it
- `rates`: how often one network may ask
- `json_bodies`, `asks`: from a body to what is asked, read strictly
- `origins`: addresses and origins as browsers write them
- `pages`: what pages ask through the snippet, as values, and who answers them
- `spots`: what a browser found on its page, as HTML for the rewriter, and the texts back; pure
- `call_desk`: one webhook from start to end: checked, read, recorded, answered
- `account_secrets`: what the accounts' webhooks are checked with
- `routing`: the vestiging that a call is connected to; pure
- `pins`: numbers in a call go to nobody else
- `calls_under_way`: the calls that go on, and those that ended lately
- `standing`: how each account fares

This module imports nothing.
"""
