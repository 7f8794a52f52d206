"""Tests of the line to Wagtail."""
