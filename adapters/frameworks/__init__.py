"""Systems built with langchain, llamaindex, haystack or dspy, asked in the framework's own way."""
