"""Pools: tracking numbers that visitors share out among themselves."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from calltrack.plantables import LONGEST_REST
from wagtail_calltrack.models.fields import PlanValue
from wagtail_calltrack.models.rows import PlanRow


class Pool(PlanRow):
    """Numbers that are leased to visitors, each to one at a time."""

    key = models.CharField(
        _("key"),
        max_length=64,
        unique=True,
        validators=[PlanValue("KEY")],
        help_text=_(
            "Names the pool: letters, digits, «-», «_» and «.». Usually a pool serves one "
            "vestiging, and has its name."
        ),
    )
    rest_minutes = models.PositiveIntegerField(
        _("rest, in minutes"),
        default=0,
        validators=[MaxValueValidator(LONGEST_REST)],
        help_text=_(
            "How long a number rests before it goes to somebody else: late callers are told "
            "apart better, and the pool needs more numbers. 0 is usual."
        ),
    )

    alarm_loss = models.DecimalField(
        _("alarm, in percent"),
        max_digits=4,
        decimal_places=1,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal("0.1")), MaxValueValidator(Decimal(50))],
        help_text=_(
            "When more visitors than this share find no number of their own, the health page says "
            "so. 1 is usual."
        ),
    )

    class Meta:
        verbose_name = _("pool")
        verbose_name_plural = _("pools")

    def __str__(self) -> str:
        """Give the pool's key."""
        return self.key
