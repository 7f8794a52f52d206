"""Tracked numbers in the content: what editors and templates put into pages.

    rich text, block, tag → html → <a href="tel:…" data-calltrack="…" data-vestiging="…">

- `rows`: placeholders, vestigingen and sections, read once in a request
- `html`: the one place that makes the HTML
- `rich_text`: the entity of the rich text editor; `picking` is its modal
- `choosers`, `blocks`: for StreamFields

The HTML is the same for every visitor, and works by itself: what the proxy shows instead is the
proxy's matter. Templates use `{% load calltrack %}`.
"""
