"""A snippet with drafts and children, one that is left out, and a model that is no content."""

from django.db import models
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.fields import RichTextField
from wagtail.models import DraftStateMixin, RevisionMixin


class Person(DraftStateMixin, RevisionMixin, ClusterableModel):
    """A registered snippet."""

    calltrack_guard_exempt = ("iban",)

    name = models.CharField(max_length=100)
    bio = RichTextField(blank=True)
    homepage = models.URLField(blank=True)
    extra = models.JSONField(blank=True, default=dict)
    iban = models.CharField(max_length=40, blank=True)

    panels = [  # noqa: RUF012 - as Wagtail's own documentation writes it
        FieldPanel("name"),
        FieldPanel("bio"),
        FieldPanel("homepage"),
        FieldPanel("extra"),
        FieldPanel("iban"),
        InlinePanel("branches"),
    ]

    def __str__(self) -> str:
        return self.name


class Branch(models.Model):
    """A child of the snippet."""

    person = ParentalKey(Person, on_delete=models.CASCADE, related_name="branches")
    text = models.CharField(max_length=200)


class Note(models.Model):
    """A registered snippet that its developer leaves out."""

    calltrack_guard = False

    text = models.TextField()


class Order(models.Model):
    """A row of the shop, which visitors do not read."""

    text = models.TextField()
