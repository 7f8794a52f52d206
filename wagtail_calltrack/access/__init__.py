"""Who may see and change which rows: those of the whole firm, or those of some sites alone.

- `policies`: what a user may do with which rows, for Wagtail to ask
- `forms`: forms that offer what belongs to their user's sites
- `sight`: what is told of all else, without names
- `views`: views that show and find only what their user may see
- `places`: screens of no model, with a place in the menu
- `groups`: where an administrator gives a group its sites

A model's own permissions (add, change, delete, view) are for the whole firm. A group that has a
site instead may work with what belongs to that site alone: the site's row, campaigns that are
limited to it, and what hangs on these. It sees nothing of another site, and nothing that is the
firm's but what it has to choose from. The order of campaigns is the firm's.
"""
