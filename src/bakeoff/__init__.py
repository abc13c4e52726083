"""bakeoff: which of your candidates to ship, with evidence."""
