"""What people fill in: one file a subject, each with the form and how its fields are read."""
