"""What stands on the screens, composed without a widget: rows, pages, titles and charts as lines of styled text."""
