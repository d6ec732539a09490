"""Facets of what the finder finds: what could be chosen, how many there would be, and what is left.

choosing   a facet with its values as a page shows it
people     how people divide: by what they say of themselves, where they are, when they wrote
answers    how what was said divides: by community, term, time, author and replies
names      what values are called where the index keeps ids, and who may know
times      who wrote, and what was written, in the last months
"""
