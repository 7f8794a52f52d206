"""The pages of the site.

A phone number is kept in one form (E.164) on the vestiging's page; the templates and the texts
write it in many, as on any site that several people have worked on for years.
"""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.forms.models import AbstractForm, AbstractFormField
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from demo.blocks import BodyBlock

Context = dict[str, object]

RICH_TEXT = ["bold", "italic", "link", "ul", "ol", "calltrack-number"]
is_dutch_e164 = RegexValidator(r"\A\+31[1-9][0-9]{8}\Z", "Schrijf het nummer als +31201234567.")


class HomePage(Page):
    """The front page."""

    tagline = models.CharField("kop", max_length=120)
    intro = RichTextField("inleiding", features=RICH_TEXT)
    body = StreamField(BodyBlock(), verbose_name="tekst", blank=True)

    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("tagline"),
        FieldPanel("intro"),
        FieldPanel("body"),
    ]
    max_count = 1

    class Meta:
        verbose_name = "startpagina"

    def get_context(
        self, request: HttpRequest, *args: object, **kwargs: object
    ) -> dict[str, object]:
        """Add the newest posts."""
        context: Context = super().get_context(request, *args, **kwargs)
        context["posts"] = BlogPostPage.objects.live().order_by("-date")[:3]
        return context


class VestigingPage(Page):
    """A branch of the firm, with the number that its people answer."""

    phone = models.CharField("doorschakelnummer", max_length=15, validators=[is_dutch_e164])
    street = models.CharField("straat en huisnummer", max_length=80)
    postcode = models.CharField("postcode", max_length=7)
    city = models.CharField("plaats", max_length=60)
    opens_at = models.TimeField("open van")
    closes_at = models.TimeField("open tot")
    intro = RichTextField("inleiding", features=RICH_TEXT)
    body = StreamField(BodyBlock(), verbose_name="tekst", blank=True)

    content_panels: ClassVar = [
        *Page.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("phone"),
                FieldPanel("street"),
                FieldRowPanel([FieldPanel("postcode"), FieldPanel("city")]),
                FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
            ],
            heading="Vestiging",
        ),
        FieldPanel("intro"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = "vestiging"
        verbose_name_plural = "vestigingen"


class TextPage(Page):
    """A page of text: services, prices, about us."""

    intro = models.TextField("inleiding", blank=True)
    body = StreamField(BodyBlock(), verbose_name="tekst", blank=True)

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]

    class Meta:
        verbose_name = "tekstpagina"
        verbose_name_plural = "tekstpagina's"


class BlogPage(Page):
    """The list of posts."""

    intro = models.TextField("inleiding", blank=True)

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("intro")]
    subpage_types: ClassVar = ["demo.BlogPostPage"]

    class Meta:
        verbose_name = "blog"

    def get_context(
        self, request: HttpRequest, *args: object, **kwargs: object
    ) -> dict[str, object]:
        """Add the posts, newest first."""
        context: Context = super().get_context(request, *args, **kwargs)
        context["posts"] = BlogPostPage.objects.live().child_of(self).order_by("-date")
        return context


class BlogPostPage(Page):
    """One post."""

    date = models.DateField("datum")
    author = models.CharField("schrijver", max_length=80)
    intro = models.TextField("inleiding")
    body = StreamField(BodyBlock(), verbose_name="tekst", blank=True)

    content_panels: ClassVar = [
        *Page.content_panels,
        FieldRowPanel([FieldPanel("date"), FieldPanel("author")]),
        FieldPanel("intro"),
        FieldPanel("body"),
    ]
    parent_page_types: ClassVar = ["demo.BlogPage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "blogbericht"
        verbose_name_plural = "blogberichten"


class ContactField(AbstractFormField):
    """A field of the contact form."""

    page = ParentalKey("demo.ContactPage", on_delete=models.CASCADE, related_name="form_fields")


class ContactPage(AbstractForm):
    """All vestigingen, and a form. What people send is in the admin, under Forms."""

    intro = RichTextField("inleiding", features=RICH_TEXT)
    thanks = RichTextField("bedankt-tekst", features=RICH_TEXT)
    body = StreamField(BodyBlock(), verbose_name="tekst", blank=True)

    template = "demo/contact_page.html"
    landing_page_template = "demo/contact_page_landing.html"
    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("intro"),
        InlinePanel("form_fields", label="Formulierveld"),
        FieldPanel("thanks"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = "contactpagina"
