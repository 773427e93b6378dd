"""The files beside the functions of an Azure app that say how the host runs them on this machine."""
import json
import os
import sys


def route_prefix():
    """What goes before every route: `api`, unless host.json has another."""
    return str(read_json("host.json").get("extensions", {}).get("http", {}).get("routePrefix", "api")).strip("/")


def add_local_settings():
    """Adds the values of local.settings.json to the environment, except for names that it has already."""
    settings = read_json("local.settings.json")
    if settings.get("IsEncrypted"):
        print("local.settings.json is encrypted, and is left out.", file=sys.stderr)
        return
    for name, value in settings.get("Values", {}).items():
        os.environ.setdefault(name, value if isinstance(value, str) else json.dumps(value))


def read_json(name):
    try:
        with open(os.path.join(sys.path[0], name), encoding="utf-8-sig") as text:
            return json.load(text)
    except FileNotFoundError:
        return {}
    except ValueError as error:
        print("%s is no JSON, and is left out: %s" % (name, error), file=sys.stderr)
        return {}
