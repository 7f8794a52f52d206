"""Snippets that are registered late, as many sites do."""

from wagtail.snippets.models import register_snippet

from tests.wagtail_calltrack.guard.shop.models import Note, Person

register_snippet(Person)
register_snippet(Note)
