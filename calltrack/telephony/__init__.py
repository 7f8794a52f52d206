"""Carriers: one module each, which checks a webhook, reads it, and writes the answer. All pure.

- `carriers`: which module speaks with which carrier
- `twilio`, `telnyx`: forms, answered in XML; `twiml` is what both share
- `vonage`: JSON under a signed token
- `mango`: MANGO OFFICE, which routes by itself and only tells
- `generic`: a format of our own, for all others
- `fields`: what a body says, field by field, with limits
- `webhook`: what came in, what goes back, and what a provider has to be able to do

This module imports nothing.
"""
