"""Which Plan is in force: a serial that only grows, and the fingerprint of what it stands for.

One row. Whoever changes the Plan writes this row first, and so waits for whoever else is changing
it: two changes that are right each by itself cannot make a wrong Plan together.
"""

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wagtail_calltrack.models.single import only_row


class PlanSerial(models.Model):
    """The Plan in force."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    serial = models.BigIntegerField(default=0)
    fingerprint = models.CharField(max_length=64, default="", blank=True)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("serial of the Plan")
        constraints = (only_row("calltrack_one_serial"),)

    def __str__(self) -> str:
        """Give the serial."""
        return str(self.serial)

    @property
    def etag(self) -> str:
        """Name this very Plan, as HTTP does."""
        return f'"{self.serial}-{self.fingerprint[:16]}"'

    @classmethod
    def locked(cls) -> "PlanSerial":
        """Give the row, held until the transaction ends.

        A write holds it on every database; SELECT FOR UPDATE would do nothing on SQLite, where a
        transaction that begins with reading cannot always go on to write, either.
        """
        row = cls.objects.filter(pk=1)
        if not row.update(serial=F("serial")):
            cls.objects.get_or_create(pk=1)
            row.update(serial=F("serial"))
        return cls.objects.get(pk=1)

    def grow(self, fingerprint: str) -> None:
        """Note another Plan, under a higher serial.

        The clock's seconds where they are higher: so a database that was put back from a backup, or
        one that follows a Plan file, does not come with serials that every edge refuses.
        """
        now = timezone.now()
        self.serial = max(self.serial + 1, int(now.timestamp()))
        self.fingerprint, self.changed_at = fingerprint, now
        self.save()
