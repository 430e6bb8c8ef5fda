"""A topic that is no decision but a table: do the tables that people read say what the portal applies?"""

from collections.abc import Iterable

from app.rules.cases.topic import Row, Topic, UnknownCell, row_by_row


def table_topic(name: str, key: tuple[str, ...], table: Iterable[Row]) -> Topic:
    """The topic that compares a file row by row with what the code holds under the same key; an unknown key is an error."""
    known = {tuple(row[column] for column in key): row for row in table}
    columns = tuple(column for column in next(iter(known.values())) if column not in key)

    def decide(row: Row) -> Row:
        found = known.get(tuple(row[column] for column in key))
        if found is None:
            raise UnknownCell(key[-1], row[key[-1]])
        return {column: found[column] for column in columns}

    return Topic(name=name, inputs=key, expected=columns, decide=row_by_row(decide))
