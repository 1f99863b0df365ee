"""One file of a case, for whoever may read the message that it came with."""

from dataclasses import dataclass

from django.db import connection

from tenure.accounts.words import Who
from tenure.cases.queries.sight import visible_cases
from tenure.toolbox.upload import KeptFile

# file_of: a file, if the reader sees the case and the message it came with; those of notes are the vendor's alone
FILE_OF = """
SELECT f.id, f.name, f.size_bytes, f.scan, f.stored_as
FROM cases_attachment f
JOIN cases_event e ON e.id = f.event_id
JOIN cases_case c ON c.id = f.case_id
WHERE f.id = %(file)s AND c.number = %(number)s AND {seen} AND (e.public OR %(internal)s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file and its name in the storage."""

    row: KeptFile
    stored_as: str


def file_of(*, who: Who | None, number: str, file_id: int) -> StoredFile | None:
    """The file, or None where it does not exist or the person may not read it.  One query.  Source: D7, D8."""
    if "\0" in number or not 0 < file_id < 2**63:
        return None
    seen = visible_cases(who)
    asked = {"number": number.strip().upper(), "file": file_id, "internal": seen.internal, **seen.params}
    with connection.cursor() as cursor:
        cursor.execute(FILE_OF.format(seen=seen.sql), asked)
        row = cursor.fetchone()
    if row is None:
        return None
    return StoredFile(row=KeptFile(id=row[0], name=row[1], size_bytes=row[2], scan=row[3]), stored_as=row[4])
