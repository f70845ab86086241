"""Debian compiled its own places for packages into `site`; these images have them where Python's own build has."""
import os
import site
import sys


def getsitepackages(prefixes=None):
    version = "python%d.%d" % sys.version_info[:2]
    places = [os.path.join(prefix, "lib", version, "site-packages") for prefix in prefixes or site.PREFIXES]
    return list(dict.fromkeys(places))


site.getsitepackages = getsitepackages
for place in getsitepackages():
    if place not in sys.path and os.path.isdir(place):
        site.addsitedir(place)
