"""Alembic's migrations, numbered; HEAD names the newest, so that two parallel heads collide in git."""
