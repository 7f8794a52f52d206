"""The reverse proxy: in front of any site, it shows every visitor phone numbers of their own.

    __main__ → app → handler → gate | visitor | fetching → upstream | relay → page → rewrite

- `__main__`: the commands (`run`, `config`, `plan`, `rewrite`, ...)
- `app`: puts finished objects together, opens and closes them
- `handler`, `exchange`: one request from start to end
- `fetching`: one request to the site, and what comes back
- `door`: one port and who answers there: all, or only carriers
- `station`, `sites`: what this process serves, from which sockets, and how it ends
- `connection`, `deadlines`: a visitor's connection, how long it may take, how many may come
- `open_files`: how many fit into the files that a process may open
- `tunnel`: another protocol on a visitor's connection, as WebSocket
- `unreadable`: which status a request gets that the parser cannot read
- `mounted`: what is under our own prefix goes to `snippet_server`, never to the site
- `calls_start`: puts together what takes carriers' webhooks
- `gate`: what is refused before anything is done; the facts of what is not
- `region`: where a request comes from, by a header of the CDN in front or a GeoIP file
- `forwarded`: who the visitor is behind other proxies, and what the site hears of it
- `headers`: which fields go through, which are ours, which change with the page
- `conditional`: validators and ranges where pages differ from visitor to visitor
- `upstreams`: which site answers for which host
- `upstream`: asks the site; its errors become ours here
- `relay`: what becomes of one answer: a page, a "not modified", or straight through
- `shared_cache`: pages of the site, kept as they are before anybody's numbers are in them
- `kept_page`, `page_marks`: a page out of the cache; what a visit has to do with any page
- `page`, `page_source`: the head that waits, the page that is filled, and what if it cannot be
- `codecs`: content codings, bounded
- `downstream`: writes to the visitor, byte for byte
- `visit`: what the proxy asks of whoever knows visitors
- `desk`: begins visits; `means`, `plan_in_force`: what all of them work with
- `plan_bindings`: from the Plan to what is looked for in a page
- `visitor`, `consent`, `sent_cookies`, `clients`: request → session, bot, or nobody, and from where
- `page_visit`, `page_numbers`: one request of one visitor, and the numbers of its page
- `confirmations`: tells the store that a browser has shown itself again
- `warm_up`: what the first visitor does not have to wait for
- `border`: the one place where a mistake of ours is caught
- `workers`: several processes as one edge: a parent that binds the ports, and those that serve
- `run_workers`: `run` as such a parent; `plan_follow`: one worker asks for the Plan, all have it
- `watched_store`, `stock_sync`: a lease store that tells when it fails; pools as in the Plan
- `plan_sources`, `plan_state`: where a Plan comes from, a URL or a file; how it stands with it
- `tokens`: one word of a secret, from the environment or a file
- `wagtail_line`: what the two lines to Wagtail share, the Plan's and that of events
- `event_line`, `shipper`, `shipping_start`, `shipping_state`: events go up, and how that stands
- `shipping_lock`, `identity`, `edge_report`: which process ships; who this edge is, how it fares
- `plan_start`, `plan_watch`: the Plan to start with, and the change to another while it serves
- `beside`: long work that keeps no page waiting
- `access_log`, `log_format`, `request_id`, `errors_page`: what is said of a request, and to whom
- `counters`, `metrics`: what is counted and measured
- `metric_families`, `metric_words`, `exposition`: the same as monitoring reads it
- `trace`, `trace_token`: tells whoever has the admin's token why a page came out as it did
- `dry_run`, `dry_report`, `dry_start`: pages are looked at, and nobody is shown anything
- `rewrite`: page bytes → literal runs and slots; pure, and it knows no visitors
- `admin`, `status_page`, `standing`: the status page on its own port, its HTML, what it looks up
- `run_command`, `run_arguments`, `keys`: `run`: how settings are read, files, the key that signs
  cookies
- `config`: the settings: one table, read from options, environment and file
- `config_commands`, `config_checks`: `config`: are they right, and what is in force
- `plan_commands`, `plan_init`, `plan_findings`, `plan_draft`: `plan`: a Plan out of a page
- `pool_commands`, `pool_report`, `sparkline`: `pool`: how many numbers a pool needs
- `call_command`: `call`: a call that no carrier made
- `simulate_command`, `simulation`: `simulate`: visitors played out on a turned clock
- `release`: what runs here, and which build of the rewriter
- `quantities`: numbers, spans and shares on a command line
- `rewrite_command`, `page_files`: `rewrite`: the rewriter on files
- `rewrite_report`, `css_paths`: what `--explain` tells, and which element holds a number

This module imports nothing: `proxy.rewrite` must not pull in a web server.
"""
