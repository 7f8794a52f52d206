"""The screens under "Call tracking": listings and forms, one viewset for each kind of row.

- `plan_viewset`: what they share
- `listings`: an import button, and rows to tick
- `calls`, `leads`, `campaigns`, `stock`, `spend`, `firm`, `placeholders`, `sections`,
  `telephony`, `tokens`: the screens
- `group`: the menu that they stand in
"""
