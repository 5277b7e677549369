"""mitmproxy, run in this process with only the add-ons that are needed."""
