"""The live list: which number is in whose hands now, and ways to take one back.

- `held`: the numbers in use now, searched and filtered, a page of them at a time
- `rows`: what is known of each: its lease, its session's source, its place in the stock
- `freshness`: how far what edges told may be relied on
- `screens`: the list, and the fragment of it that a browser asks for again and again
- `actions`: release and disable, each with a page that says what happens to the visitor

Looking takes the permission to view lease events; taking back that and the one to change numbers.
No id of a visitor is shown.
"""
