"""The widgets: a virtual table, and a pane of styled lines."""
