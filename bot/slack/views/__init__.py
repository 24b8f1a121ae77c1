"""What people see: one file a message or form. A view is a pure function of values; it sends nothing."""
