"""A page as some visitor would see it: with the numbers of a campaign, and without leasing any.

- `visitor`: the form in which an editor says who the visitor is, and what the Plan has for them
- `places`: what each place of a page shows to that visitor, and why
- `pages`: a page's HTML with that visitor's numbers, marked
- `views`: the screen, and the page inside it
- `entry`: where it begins: addresses and buttons
"""
