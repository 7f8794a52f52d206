"""A page as some visitor would see it: with the numbers of a campaign, and without leasing any.

- `visitor`: the form in which an editor says who the visitor is, and the request that it makes
- `pages`: a page's HTML with that visitor's numbers, marked, and why each place shows what it does
- `views`: the screen, and the page inside it
- `entry`: where it begins: addresses and buttons
"""
