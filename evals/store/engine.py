"""Opening a store: engine, pragmas, schema version."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, insert, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError
from sqlalchemy.pool import NullPool

from bakeoff.evals.errors import InputError
from bakeoff.evals.identity import KEY_SCHEME
from bakeoff.evals.store.schema import SCHEMA_VERSION, metadata, settings

BUSY_TIMEOUT_MS = 30_000


def open_engine(url: str, *, create: bool = True) -> Engine:
    """An engine for a SQLite URL, its file made and its schema checked.

    Raises InputError for other databases, a missing file (with `create=False`), a file that is no
    database, or one that another version of bakeoff wrote.
    """
    path = _sqlite_path(url)
    if path is not None:
        if not create and not path.exists():
            raise InputError("there is no store here yet", where=str(path), todo="run `bakeoff run` first")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(
                f"the store's folder cannot be made ({error.strerror})", where=str(path)
            ) from error
    engine = create_engine(url, poolclass=NullPool)
    event.listen(engine, "connect", _set_pragmas)
    try:
        metadata.create_all(engine)
        _check_version(engine, str(path or url))
    except (OperationalError, DatabaseError) as error:
        raise InputError(
            f"the store cannot be opened ({error.orig})",
            where=str(path or url),
            todo="give `store:` a file that bakeoff may write and that no other program made",
        ) from error
    return engine


def _sqlite_path(url: str) -> Path | None:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise InputError(
            f"store: {url!r} is no database URL", todo="write sqlite:///path/to/file.db"
        ) from error
    if parsed.get_backend_name() != "sqlite":
        raise InputError(
            f"store: {parsed.get_backend_name()} is not supported yet", todo="write sqlite:///path/to/file.db"
        )
    return None if parsed.database in (None, "", ":memory:") else Path(parsed.database)


def _set_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    # NORMAL: a killed process loses nothing, only a power cut may lose the last commits.
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


def _check_version(engine: Engine, where: str) -> None:
    wanted = {"schema": str(SCHEMA_VERSION), "keys": str(KEY_SCHEME)}
    with engine.begin() as connection:
        found = {row.name: row.value for row in connection.execute(select(settings))}
        if not found:
            connection.execute(
                insert(settings), [{"name": name, "value": value} for name, value in wanted.items()]
            )
        elif found != wanted:
            raise InputError(
                f"the store has schema {found.get('schema')} and keys {found.get('keys')}, "
                f"this bakeoff writes schema {SCHEMA_VERSION} and keys {KEY_SCHEME}",
                where=where,
                todo="name another file in `store:`, or use the version of bakeoff that wrote it",
            )
