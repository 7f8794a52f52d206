"""Why this number? Of a page of the site: each number, its place, what a visitor is shown, and why.

    form → outcome: asked → upstreams → fetching → reading → words

- `screens`: the screen, and its place in the menu
- `form`: what is asked: a page, and a visitor
- `asked`: the address that an editor typed: a page of one of the sites, or a sentence why not
- `outcome`: what came of it: a page that was read, or a sentence why there is none
- `upstreams`: where the pages of a host are fetched, by the Django setting
- `fetching`: the page, as a stranger gets it: the one module that asks a server
- `reading`: a page read: each number, what is shown in its place, and why
- `words`: what the rewriter says of a number, for editors
"""
