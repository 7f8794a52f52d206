"""The form of a group: what it can be given."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db

SCREENS = {
    "view_leaseevent": "calltrack_live:index",
    "view_contentfinding": "calltrack_findings:index",
}


@pytest.mark.parametrize("code", SCREENS)
def test_a_group_is_given_a_list_in_its_form_and_its_members_open_it(
    client: Client, admin_client: Client, code: str
) -> None:
    permission = Permission.objects.get(codename=code)
    access = Permission.objects.get(codename="access_admin")
    form = admin_client.get(reverse("wagtailusers_groups:add"))

    assert f'value="{permission.pk}"' in form.content.decode()
    group = Group.objects.create(name="Marketing")
    group.permissions.set([permission, access])
    user = User.objects.create_user("reader")
    user.groups.add(group)
    client.force_login(user)
    opened = {name: client.get(reverse(name)).status_code for name in SCREENS.values()}
    assert opened == {name: 200 if name == SCREENS[code] else 302 for name in SCREENS.values()}
