"""The gunicorn entry: ``gunicorn wsgi:application``. ``fieldsync serve`` uses the same application."""

from fieldsync.app import build

application = build()
