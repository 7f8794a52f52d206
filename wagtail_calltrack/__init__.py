"""The Wagtail plugin. So far it holds one thing: it keeps call tracking out of the admin.

- `apps`: the plugin as Django knows it
- `middleware`: sends `X-Calltrack: off` with the admin, previews and the API, so that the proxy
  in front replaces and leases nothing there

There are no models and no admin screens yet: the Plan is a file (`calltrack.planfile`). Editing it
in Wagtail, handing it to the proxies and taking in their events come later, and will stand here.

To use it: add "wagtail_calltrack" to INSTALLED_APPS, and
"wagtail_calltrack.middleware.switch_off_calltrack" as the first of MIDDLEWARE.
"""
