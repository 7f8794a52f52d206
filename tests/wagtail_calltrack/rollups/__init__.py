"""Tests of `wagtail_calltrack.rollups`."""
