"""A site played out on a turned clock: how well do so many numbers serve so many visitors?

    traffic → world → figures

- `traffic`: visitors who browse, come back and call; it knows nothing of numbers
- `world`: their browsers, the decision and the store; each page as the proxy would decide it
- `figures`: what is counted, and what it means
- `random_choice`: a store that gives any free number, to compare with
- `report`: the figures for people

This module imports nothing.
"""
