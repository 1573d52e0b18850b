"""What is to be done when: control rows as data."""
