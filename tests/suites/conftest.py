"""Sites and proxies in this process, as the proxy's own tests have them."""

from tests.proxy.conftest import front, start_origin, start_proxy

__all__ = ["front", "start_origin", "start_proxy"]
