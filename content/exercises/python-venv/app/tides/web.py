from flask import Flask, jsonify, render_template_string, request

from tides.tables import HARBOURS, height

app = Flask(__name__)

PAGE = """<!doctype html>
<title>Tide Table</title>
<h1>Tide Table</h1>
<ul>{% for name in harbours %}<li><a href="/tides/{{ name }}">{{ name }}</a></li>{% endfor %}</ul>
"""


@app.get("/")
def index():
    return render_template_string(PAGE, harbours=sorted(HARBOURS))


@app.get("/healthz")
def healthz():
    return jsonify(status="ok")


@app.get("/tides/<harbour>")
def tides(harbour):
    if harbour not in HARBOURS:
        return jsonify(error=f"no tide table for {harbour}"), 404
    try:
        at = request.args.get("at")
        if at is not None:
            return jsonify(harbour=harbour, at=at, metres=height(harbour, at))
    except ValueError:
        return jsonify(error="at is a time like 09:30"), 400
    return jsonify(harbour=harbour, table=HARBOURS[harbour])
