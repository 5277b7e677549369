"""Looks at what a proxy would meet, before it runs: this machine, the way to the CSMS, the way of the station."""
