import bottle

from starmap.stars import STARS, angle, nearest

app = bottle.Bottle()


@app.get("/healthz")
def healthz():
    return {"status": "ok"}


@app.get("/stars/<name>")
def star(name):
    if name not in STARS:
        return bottle.HTTPResponse({"error": f"{name} is not on this map"}, 404)
    other = nearest(name)
    return {"star": name, "nearest": other, "degrees": angle(name, other)}
