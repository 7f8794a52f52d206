"""A month of visitors and callers, so that the demo opens on figures.

    people → visits → played → told
                 firm ↗     ↘ worked

- `people`: where visitors come from, what they read, when; tables and dice
- `visits`: who comes when, reads what, and calls
- `firm`: how the firm answers its phones, and what its advertisements cost
- `played`: the visits played out by the proxy's own code on a turned clock; HTTP is left out
- `told`: what happened, taken in by the plugin as an edge's batches are
- `worked`: what people of the firm did with it: leads, notes, categories, spend

The same day gives the same month. This module imports nothing.
"""
