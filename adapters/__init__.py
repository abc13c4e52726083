"""What talks to a model: systems under test, judges and encoders."""
