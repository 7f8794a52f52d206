"""What the edge serves under a path prefix of its own: today the webhooks of carriers.

An aiohttp sub-application. The proxy hands it what comes in under the prefix, on its public port
and on a port for carriers alone. The snippet, for sites that the proxy cannot stand before, will
have its routes here, too.

- `app`: the routes, and what bounds a request
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
