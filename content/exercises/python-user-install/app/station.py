"""The log of an amateur radio station: who was heard, when, on which band, and how many reports that makes."""

import json

import bottle

app = bottle.Bottle()

with open("logbook.json", encoding="utf-8") as file:
    LOGBOOK = json.load(file)

BANDS = {"80m": (3.5, 3.8), "40m": (7.0, 7.2), "20m": (14.0, 14.35), "10m": (28.0, 29.7)}


def band_of(megahertz):
    return next((name for name, (low, high) in BANDS.items() if low <= megahertz <= high), None)


def heard(callsign):
    return [entry for entry in LOGBOOK if entry["callsign"] == callsign.upper()]


@app.get("/healthz")
def healthz():
    return {"status": "ok"}


@app.get("/heard/<callsign>")
def of_callsign(callsign):
    found = heard(callsign)
    if not found:
        return bottle.HTTPResponse({"error": f"{callsign.upper()} was never heard"}, 404)
    return {"callsign": callsign.upper(), "times": len(found), "last": found[-1]["utc"]}


@app.get("/bands")
def bands():
    counted = {}
    for entry in LOGBOOK:
        name = band_of(entry["megahertz"])
        counted[name] = counted.get(name, 0) + 1
    return {"bands": counted}
