"""Many rows of a listing changed at once, each as a bulk action of Wagtail's own kind.

- `actions`: what they share: one change of the Plan, refused as a whole, each row in the history
- `numbers`, `campaigns`, `calls`, `leads`: what can be done with these
- `registry`: tells Wagtail of them
"""
