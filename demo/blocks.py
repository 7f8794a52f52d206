"""What editors put into a page: the parts of a StreamField."""

from wagtail import blocks

from wagtail_calltrack.content.blocks import TrackedNumberBlock


class CallBlock(blocks.StructBlock):
    """A line that asks people to ring a vestiging, with its number."""

    text = blocks.CharBlock(label="tekst")
    vestiging = blocks.PageChooserBlock(page_type="demo.VestigingPage", label="vestiging")

    class Meta:
        icon = "mobile-alt"
        label = "Bel ons"
        template = "demo/blocks/call.html"


class PriceRowBlock(blocks.StructBlock):
    """One row of a price list."""

    work = blocks.CharBlock(label="werk")
    price = blocks.CharBlock(label="prijs")

    class Meta:
        icon = "form"
        label = "Prijs"


class BodyBlock(blocks.StreamBlock):
    """The body of a page."""

    heading = blocks.CharBlock(
        icon="title", label="Kop", form_classname="title", template="demo/blocks/heading.html"
    )
    paragraph = blocks.RichTextBlock(
        icon="pilcrow",
        label="Tekst",
        features=["h3", "bold", "italic", "link", "ul", "ol", "hr", "calltrack-number"],
        template="demo/blocks/paragraph.html",
    )
    quote = blocks.BlockQuoteBlock(icon="openquote", label="Citaat")
    prices = blocks.ListBlock(
        PriceRowBlock(), icon="list-ul", label="Prijslijst", template="demo/blocks/prices.html"
    )
    call = CallBlock()
    number = TrackedNumberBlock(label="Meetnummer")
    html = blocks.RawHTMLBlock(icon="code", label="HTML")
