"""Bundles: what leaves the archive, with proof."""
