"""The table of the identity room; private to it."""

from sqlalchemy.orm import Mapped, mapped_column

from fieldsync.db import Base, RecordId


class NikRow(Base):
    """Which person a NIK belongs to, by its keyed hash. Unique: two tablets cannot make two persons of one NIK."""

    __tablename__ = "nik"

    key: Mapped[str] = mapped_column(RecordId, primary_key=True)
    person_id: Mapped[str] = mapped_column(RecordId)
