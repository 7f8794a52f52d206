"""A small app of a site: a snippet with drafts, and models that are no content."""
