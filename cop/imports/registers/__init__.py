"""Registers of institutions: each format is read and checked by a module of its own, then written by `keeping`."""
