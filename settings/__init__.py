"""The reference Django deployment: Wagtail with the call tracking plugin.

    environment ← base ← dev | test | production
                  urls

- `environment`: reads variables and secret files; collects what is missing
- `base`: what every deployment shares; reads nothing from outside
- `dev`: the demo and a developer's machine; loopback only
- `test`: the test suite; nothing on the disk
- `production`: everything from the environment; stops with one list of what is missing
- `urls`: the Wagtail admin at /cms/, Django's at /django-admin/, pages everywhere else

Not in the wheel: copy what fits.
"""
