"""A small field on one machine: a real CSMS and two real stations, with three planted faults."""
