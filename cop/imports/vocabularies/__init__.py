"""Vocabularies of terms: `skos` and `tables` read and check a whole file, then `keeping` writes its entries."""
