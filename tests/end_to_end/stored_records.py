"""Records as the database keeps them (schema/stored_records.h), read without our program."""


class Numbers:
    """Seven bits a byte, the lowest first; the eighth bit says that more follow."""

    def __init__(self, of):
        self.bytes = iter(of)

    def __iter__(self):
        return self

    def __next__(self):
        number, shift, byte = 0, 0, 0x80
        while byte & 0x80:
            byte = next(self.bytes)
            number |= (byte & 0x7f) << shift
            shift += 7
        return number


def optional(number):
    return number - 1 if number else None


def records(database):
    """All records as rows of the table that the first version kept them in."""
    raw = {(report, n): words for report, n, words in database.execute("SELECT report_id, n, raw FROM record_raw")}
    for report, rows in database.execute("SELECT report_id, rows FROM report_records ORDER BY report_id"):
        numbers, known, n = Numbers(rows), [], 0
        for place in numbers:
            if place == 0:
                result, header_from, envelope_from, envelope_to, auth, override, estimate = (next(numbers) for _ in range(7))
                known.append((result, header_from, optional(envelope_from), optional(envelope_to), auth, override, estimate))
            *details, estimate = known[place - 1]
            address, messages = next(numbers), next(numbers)
            if messages & 1 and (report, n) not in raw:
                raise ValueError(f"record {n} of report {report} has no raw words")
            yield (report, n, address, messages >> 1, *details, raw.get((report, n)), estimate)
            n += 1
