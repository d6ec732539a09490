"""Facets of what the finder finds: what could be chosen, how many there would be, and what is left.

choosing   a facet with its values as a page shows it
people     how people divide: by what they say of themselves, where they are, when they wrote
answers    how what was said divides: by community, term and time
"""
