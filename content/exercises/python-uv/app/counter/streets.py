"""How many bicycles passed the counters of a city, hour by hour."""

COUNTS = {
    "harbour-bridge": {7: 412, 8: 689, 9: 344, 16: 401, 17: 733, 18: 518},
    "station-road": {7: 205, 8: 377, 9: 190, 16: 221, 17: 402, 18: 260},
    "lake-path": {7: 31, 8: 58, 9: 77, 16: 143, 17: 160, 18: 151},
}


def busiest(street):
    """The hour with the most bicycles; of two, the earlier one."""
    hours = COUNTS[street]
    return max(sorted(hours), key=hours.get)


def total(street, first=0, last=23):
    return sum(count for hour, count in COUNTS[street].items() if first <= hour <= last)
