"""Which database the settings mean."""

from pathlib import Path

import sqlalchemy

SQLITE = "sqlite"  # the setting's word for a file in the room's folder
FILE = "room.sqlite"


def database_url(setting: str, folder: Path) -> str:
    """Return SQLAlchemy's address of the database."""
    if setting != SQLITE:
        return setting
    return sqlalchemy.URL.create("sqlite", database=str(Path(folder) / FILE)).render_as_string()
