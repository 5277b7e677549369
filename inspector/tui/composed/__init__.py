"""What stands on the screens, composed without Textual: rows, pages, titles and charts as lines of styled text."""
