"""How spans of time and euros are written, everywhere the same."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import number_format


def span(seconds: int) -> str:
    """Write a span: 0:07, 12:40, 1:02:03."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def euros(amount: Decimal | int) -> str:
    """Write an amount with its cents."""
    sign = "−" if amount < 0 else ""
    cents = rounded(abs(Decimal(amount)), 2)
    return f"{sign}€ {number_format(cents, 2, use_l10n=True, force_grouping=True)}"


def rounded(value: Decimal | int, places: int) -> Decimal:
    """Round as people do; Django cuts digits off."""
    return Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
