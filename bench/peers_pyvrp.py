#!/usr/bin/env python3
"""
Plans one instance with PyVRP; started by bench/peers with a Python that has pyvrp installed.

    peers_pyvrp.py distance|time seconds seed <instance.json >routes.json

instance.json is what to_pyvrp() in peers.sql makes. The answer is {"took_s", "cpu_s", "routes"}: orders by
their id, route by route. Seconds run from when the instance is in PyVRP's own form, so that its start
solution counts, as the start of every solver does.
"""

import json
import sys
import time

import numpy as np
from pyvrp import Client, Depot, Location, ProblemData, Shipment, VehicleType, solve


def read_problem(instance, objective):
    """Places become locations of the same index; order i of the answer is named by the second list."""
    places = instance["places"]
    index_of = {place["id"]: place["index"] for place in places}
    clients, client_ids, shipments, shipment_ids = [], [], [], []
    for place in places[1:]:
        if place["delivered_at"] is not None:
            there = places[index_of[place["delivered_at"]]]
            shipments.append(
                Shipment(
                    pickup_location=place["index"],
                    delivery_location=there["index"],
                    pickup_tw_early=place["early"],
                    pickup_tw_late=place["late"],
                    pickup_service_duration=place["service"],
                    delivery_tw_early=there["early"],
                    delivery_tw_late=there["late"],
                    delivery_service_duration=there["service"],
                    amount=[place["amount"]],
                )
            )
            shipment_ids.append((place["id"], there["id"]))
        elif place["picked_up_at"] is None:
            clients.append(
                Client(
                    location=place["index"],
                    delivery=[place["amount"]],
                    service_duration=place["service"],
                    tw_early=place["early"],
                    tw_late=place["late"],
                )
            )
            client_ids.append(place["id"])

    legs = np.array(instance["legs"], dtype=np.int64)
    vehicle = VehicleType(
        num_available=instance["vehicles"],
        capacity=[instance["capacity"]],
        tw_early=places[0]["early"],
        tw_late=places[0]["late"],
        unit_distance_cost=int(objective == "distance"),
        unit_duration_cost=int(objective == "time"),
    )
    data = ProblemData(
        locations=[Location(place["x"], place["y"]) for place in places],
        clients=clients,
        depots=[Depot(0)],
        vehicle_types=[vehicle],
        distance_matrices=[legs],
        duration_matrices=[legs],
        shipments=shipments,
    )
    return data, client_ids, shipment_ids


def order_ids(route, client_ids, shipment_ids):
    ids = []
    for activity in route.schedule():
        if activity.is_client():
            ids.append(client_ids[activity.idx])
        elif activity.is_pickup():
            ids.append(shipment_ids[activity.idx][0])
        elif activity.is_delivery():
            ids.append(shipment_ids[activity.idx][1])
    return ids


def main():
    objective, seconds, seed = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    data, client_ids, shipment_ids = read_problem(json.load(sys.stdin), objective)

    started, cpu = time.perf_counter(), time.process_time()
    result = solve(
        data,
        stop=lambda best_cost: time.perf_counter() - started > seconds,
        seed=seed,
        collect_stats=False,
    )
    answer = {
        "took_s": time.perf_counter() - started,
        "cpu_s": time.process_time() - cpu,
        "routes": [order_ids(r, client_ids, shipment_ids) for r in result.best.routes()],
    }
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
