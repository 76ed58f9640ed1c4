"""FieldSync takes the batches that mobile service vans bring home, and loses none of them."""

__version__ = "0.1.0"
