"""A few bright stars: right ascension and declination in degrees."""

from skymath import separation

STARS = {
    "sirius": (101.287, -16.716),
    "betelgeuse": (88.793, 7.407),
    "rigel": (78.634, -8.202),
    "aldebaran": (68.980, 16.509),
    "vega": (279.234, 38.784),
    "deneb": (310.358, 45.280),
    "altair": (297.696, 8.868),
}


def angle(one, other):
    return round(separation(*STARS[one], *STARS[other]), 1)


def nearest(name):
    return min((other for other in STARS if other != name), key=lambda other: angle(name, other))
