"""mitmproxy add-ons: each one small class, usable as it is with ``mitmdump -s``."""
