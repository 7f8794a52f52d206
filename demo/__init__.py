"""The demo: Van Dam Plafonds, a plasterer with four vestigingen, and the command that runs it all.

    call                                                     a call to one of its numbers
    __main__ → runner → child, ports, readiness, folder      starts, watches and stops the processes
                 ├ leash → serve    the Wagtail site, a process of its own
                 └ leash → proxy    the proxy in front

- `apps`, `models`, `blocks`, `middleware`, `urls`, `templatetags`, `templates`, `static`: the site.
  A firm's site with phone numbers written in all the ways people do; some are the plugin's
- `landing`: a page that the proxy does not serve, with the snippet in its head
- `month`: a month of visitors and callers, so that it opens on figures
- `content`, `management`: what is on its pages, and the command that loads it, with the Plan
- `plan.toml`: the firm's Plan as it is loaded into Wagtail first, an example to start from
- `var/`: what a run leaves behind: the database, keys, leases, logs (not in the repository)

The firm, its addresses and its numbers do not exist: no Dutch subscriber number begins with a 0.
"""
