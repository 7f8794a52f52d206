"""What all tests share: the demo site as a real server (`tests.demo_site`)."""

pytest_plugins = ("tests.demo_site",)
