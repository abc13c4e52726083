"""Suite `behaviour`: what tuning buys, in format, terminology, style, routing and steadiness."""
