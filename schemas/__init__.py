"""Tables and schemas of OCPP-J that the official payload schemas do not hold."""
