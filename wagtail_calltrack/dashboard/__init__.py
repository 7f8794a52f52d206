"""The dashboard: what goes on now, without reloading.

- `scope`: whose dashboard it is: which sites' visitors and calls, and whether callers are shown
- `figures`: what is counted: visitors, numbers in use, calls, leads
- `rows`: what is told of each call
- `once`: counted at most once a second, however many people watch
- `screens`: the page, the fragment that browsers ask for again and again, the menu
- `home`: one line on Wagtail's home

Looking takes the permission to view calls; who works for some sites sees what is theirs.
"""
