"""Carriers: one module each, which checks a webhook, reads it, and writes the answer. All pure.

- `webhook`: what came in, what goes back, and what a provider has to be able to do

This module imports nothing.
"""
