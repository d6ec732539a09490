"""Other people's archives: read and checked first, then written in short batches, quietly, as often as one likes."""
