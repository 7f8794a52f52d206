"""The form that takes a file."""

from django import forms
from django.utils.translation import gettext_lazy as _


class UploadForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, as Excel, LibreOffice, carriers and advertisers write it."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv,text/plain"}),
    )
