"""The snippet server: the same numbers by script, where the proxy cannot stand.

Its place in the tree and in the import rules is fixed; the server itself is not built yet.
"""
