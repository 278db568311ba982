"""What a comment shows: one folder a detector, each with its code, its terms and its annotated sentences."""
