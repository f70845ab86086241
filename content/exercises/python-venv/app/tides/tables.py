"""Tide tables: the time and height of high and low water, and what lies between by the rule of twelfths."""

HARBOURS = {
    "saint-malo": [("02:10", 1.4), ("07:55", 11.8), ("14:32", 1.1), ("20:16", 12.0)],
    "dover": [("05:31", 1.2), ("10:42", 6.4), ("17:58", 1.0), ("23:04", 6.5)],
    "cuxhaven": [("00:48", 3.4), ("07:20", 0.4), ("13:11", 3.3), ("19:44", 0.5)],
}


def minutes(clock):
    hour, minute = clock.split(":")
    if not (hour.isdigit() and minute.isdigit() and int(hour) < 24 and int(minute) < 60):
        raise ValueError(clock)
    return int(hour) * 60 + int(minute)


def height(harbour, clock):
    """The height of the water in metres, to one decimal; None outside the table."""
    at = minutes(clock)
    table = [(minutes(time), metres) for time, metres in HARBOURS[harbour]]
    for (start, before), (end, after) in zip(table, table[1:]):
        if start <= at <= end:
            return round(before + (after - before) * twelfths(6 * (at - start) / (end - start)), 1)
    return None


def twelfths(sixths):
    """How much of the change is over after so many sixths of the time: 1, 2, 3, 3, 2 and 1 twelfth each."""
    steps = [1, 2, 3, 3, 2, 1]
    whole = min(int(sixths), 5)
    return (sum(steps[:whole]) + steps[whole] * (sixths - whole)) / 12
