"""Why this number? Of a page of the site: each number, its place, what a visitor is shown, and why.

    asked → upstreams → fetching → …

- `asked`: the address that an editor typed: a page of one of the sites, or a sentence why not
- `upstreams`: where the pages of a host are fetched, by the Django setting
- `fetching`: the page, as a stranger gets it: the one module that asks a server
"""
