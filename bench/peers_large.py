#!/usr/bin/env python3
"""
Plans orders along streets with PyVRP or VROOM; started by bench/peers --large with a Python that has pyvrp
(for vroom: numpy) installed.

    peers_large.py pyvrp|vroom seconds seed vroom_program folder <places.json >routes.json

places.json is what to_peers() in peers_large.sql makes; the answer is {"took_s", "cpu_s", "routes"}: orders by
vehicle. Legs are whole tenths of a second, rounded up so that a plan keeps its windows. Speed is the same
everywhere, so a price by the km is one by the hour of driving.
"""

import json
import math
import resource
import subprocess
import sys
import time
from collections import namedtuple

import numpy as np

Kind = namedtuple("Kind", "x y start end capacity fixed per_hour per_km")
Order = namedtuple("Order", "id x y early late service demand")


def read_places(doc):
    """Vans alike in all but their id are a kind; places are the kinds' depots, then the orders."""
    kinds = {}
    for van in doc["vans"]:
        kinds.setdefault(Kind(*van[1:]), []).append(van[0])
    orders = [Order(*order) for order in doc["orders"]]
    points = np.array([(place.x, place.y) for place in [*kinds, *orders]])
    legs = np.empty((len(points), len(points)), dtype=np.int64)
    for row, point in enumerate(points):
        metres = np.hypot(points[:, 0] - point[0], points[:, 1] - point[1])
        legs[row] = np.ceil(10 * metres / doc["metres_per_second"])
    return kinds, orders, legs


def tenths(seconds, otherwise=0):
    return otherwise if seconds is None else round(10 * seconds)


def per_drive_hour(kind, doc):
    return kind.per_km * 3.6 * doc["metres_per_second"] * doc["detour"]


def plan_pyvrp(doc, kinds, orders, legs, seconds, seed):
    from pyvrp import Client, Depot, Location, ProblemData, VehicleType, solve

    last = max(tenths(kind.end) for kind in kinds)
    clients = [
        Client(
            location=len(kinds) + number,
            delivery=[round(order.demand)],
            service_duration=tenths(order.service),
            tw_early=tenths(order.early),
            tw_late=tenths(order.late, last),
        )
        for number, order in enumerate(orders)
    ]
    vehicles = []
    for number, (kind, vans) in enumerate(kinds.items()):
        # in thousandths of a unit of currency an hour; a tenth of a second is its 36,000th part
        working = round(1000 * kind.per_hour)
        driving = round(1000 * per_drive_hour(kind, doc))
        fixed = round(1000 * kind.fixed * 36000)
        scale = math.gcd(working, driving, fixed) or 1
        vehicles.append(
            VehicleType(
                num_available=len(vans),
                capacity=[round(kind.capacity)],
                start_depot=number,
                end_depot=number,
                fixed_cost=fixed // scale,
                tw_early=tenths(kind.start),
                tw_late=tenths(kind.end),
                unit_distance_cost=driving // scale,
                unit_duration_cost=working // scale,
            )
        )
    data = ProblemData(
        locations=[Location(place.x, place.y) for place in [*kinds, *orders]],
        clients=clients,
        depots=[Depot(number) for number in range(len(kinds))],
        vehicle_types=vehicles,
        distance_matrices=[legs],
        duration_matrices=[legs],
    )
    started, cpu = time.perf_counter(), time.process_time()
    result = solve(
        data,
        stop=lambda best_cost: time.perf_counter() - started > seconds,
        seed=seed,
        collect_stats=False,
    )
    answer = {"took_s": time.perf_counter() - started, "cpu_s": time.process_time() - cpu, "routes": {}}
    free = [list(vans) for vans in kinds.values()]
    for route in result.best.routes():
        answer["routes"][free[route.vehicle_type()].pop()] = [
            orders[activity.idx].id for activity in route.schedule() if activity.is_client()
        ]
    return answer


def write_vroom(path, doc, kinds, orders, legs):
    """Row by row: as one text the legs of 10,000 orders would take a gigabyte more."""
    vans = [(kind, van, depot) for depot, (kind, of_kind) in enumerate(kinds.items()) for van in of_kind]
    last = max(tenths(kind.end) for kind in kinds)
    vehicles = [
        {
            "id": number,
            "start_index": depot,
            "end_index": depot,
            "capacity": [round(kind.capacity)],
            "time_window": [tenths(kind.start), tenths(kind.end)],
            # what it takes for an hour is here a tenth of one; in hundredths of a unit of currency
            "costs": {
                "fixed": round(100 * kind.fixed),
                "per_hour": round(10 * (kind.per_hour + per_drive_hour(kind, doc))),
            },
        }
        for number, (kind, van, depot) in enumerate(vans)
    ]
    jobs = [
        {
            "id": number,
            "location_index": len(kinds) + number,
            "delivery": [round(order.demand)],
            "service": tenths(order.service),
            "time_windows": [[tenths(order.early), tenths(order.late, last)]],
        }
        for number, order in enumerate(orders)
    ]
    with open(path, "w") as out:
        out.write('{"vehicles":%s,"jobs":%s,"matrices":{"car":{"durations":[' % (json.dumps(vehicles), json.dumps(jobs)))
        for row in range(len(legs)):
            out.write(("," if row else "") + "[" + ",".join(map(str, legs[row].tolist())) + "]")
        out.write("]}}}")
    return [van for _, van, _ in vans]


def plan_vroom(doc, kinds, orders, legs, seconds, program, folder):
    vans = write_vroom(folder + "/vroom_large.json", doc, kinds, orders, legs)
    del legs
    command = [program, "-t", "1", "-x", "0", "-l", str(seconds), "-i", folder + "/vroom_large.json"]
    started = time.perf_counter()
    try:
        done = subprocess.run(command, capture_output=True, timeout=10 * seconds + 60)
    except subprocess.TimeoutExpired:
        return {"took_s": time.perf_counter() - started, "cpu_s": 0, "routes": {}}
    result = json.loads(done.stdout or b"{}")
    if "summary" not in result:
        sys.exit(f"{program} ends with {done.returncode}: {result.get('error') or done.stderr.decode()[-500:]}")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "took_s": result["summary"]["computing_times"]["solving"] / 1000,
        "cpu_s": used.ru_utime + used.ru_stime,
        "routes": {
            vans[route["vehicle"]]: [orders[step["id"]].id for step in route["steps"] if step["type"] == "job"]
            for route in result["routes"]
        },
    }


def main():
    solver, seconds, seed, program, folder = sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:6]
    doc = json.load(sys.stdin)
    kinds, orders, legs = read_places(doc)
    if solver == "pyvrp":
        answer = plan_pyvrp(doc, kinds, orders, legs, seconds, seed)
    else:
        answer = plan_vroom(doc, kinds, orders, legs, seconds, program, folder)
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
