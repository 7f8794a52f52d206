"""What others test and attack proxies with, let loose on ours: the real command, over real sockets.

- `test_http_cache`: http-cache-tests, direct and through us (`npm_packages` fetches it)
- `test_websockets`: kosoku, on an echo server alone and through us
- `test_slow_clients`: slowhttptest, with short limits
- `test_front_caches`: visitors through Varnish, and through nginx's cache, in front of us
- `test_recipes`: what docs/recipes says to put in front, with TLS and HTTP/2
- `test_chaos`: load, while the store, the site and a worker are killed and started again

A program that is not installed skips its tests with one line; with CI set they fail.
"""
