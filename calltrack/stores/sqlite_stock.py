"""What one `sync` does inside its transaction: the Plan's numbers, beside what was promised."""

import sqlite3

from calltrack.leases import Stock
from calltrack.stores.sqlite import to_micros
from calltrack.stores.stock_rows import places, releases


def set_stock(connection: sqlite3.Connection, stock: Stock) -> None:
    """Write what differs: numbers that are new, moved, released, or left all pools."""
    standing = places(stock)
    released = {e164: to_micros(moment) for e164, moment in releases(stock).items()}
    stored = {
        e164: (pool, position, released_at)
        for e164, pool, position, released_at in connection.execute(
            "SELECT e164, pool, position, released_at FROM number"
        )
    }
    wanted: dict[str, tuple[str | None, int, int]] = {
        e164: (None, position, released.get(e164, 0)) for e164, (_, position, _) in stored.items()
    }
    wanted |= {e164: (*place, released.get(e164, 0)) for e164, place in standing.items()}
    connection.executemany(
        "INSERT INTO number (e164, pool, position, released_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (e164) DO UPDATE SET pool = excluded.pool, position = excluded.position,"
        " released_at = excluded.released_at",
        [(e164, *row) for e164, row in wanted.items() if stored.get(e164) != row],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO pool (key, rest) VALUES (?, 0)", [(key,) for key in stock.pools]
    )
    gone = [key for (key,) in connection.execute("SELECT key FROM pool") if key not in stock.pools]
    connection.executemany("DELETE FROM pool WHERE key = ?", [(key,) for key in gone])
