from importlib.metadata import version

from fastapi import FastAPI, HTTPException, Query

from counter.streets import COUNTS, busiest, total

app = FastAPI(title="Bike Counter")


@app.get("/healthz")
def healthz():
    return {"status": "ok"}


@app.get("/about")
def about():
    return {name: version(name) for name in ("fastapi", "uvicorn")}


@app.get("/streets/{street}")
def of_street(street: str, first: int = Query(0, ge=0, le=23), last: int = Query(23, ge=0, le=23)):
    if street not in COUNTS:
        raise HTTPException(404, f"there is no counter at {street}")
    return {"street": street, "bicycles": total(street, first, last), "busiest": busiest(street)}
