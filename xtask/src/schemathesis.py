"""Asks the real executable 20,000 things that its own description allows, and that it does not: `cargo xtask test --only api`.

Arguments: the executable, the folder to keep data in, how many requests. The demo's marketplace is started on free ports; its owner makes a
key through the page; schemathesis does the rest.
"""

import math
import os
import re
import socket
import subprocess
import sys
import time

import requests

EXECUTABLE, FOLDER, REQUESTS = sys.argv[1], sys.argv[2], int(sys.argv[3])
OWNER = {"email": "anna@delft.example", "password": "vitrine-demo"}
METHODS = {"get", "put", "post"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(base, server):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if server.poll() is not None:
            sys.exit(f"the executable ended with {server.returncode}")
        try:
            if requests.get(f"{base}/api/openapi.json", timeout=2).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.2)
    sys.exit("the executable did not answer within a minute")


def make_key(base):
    session = requests.Session()
    session.headers["origin"] = base
    session.post(f"{base}/sign-in", data=OWNER, timeout=10, allow_redirects=False)
    page = session.post(f"{base}/desk/pages/api-keys", data={"name": "schemathesis", "write": "on", "notes": "on"}, timeout=10)
    keys = re.findall(r"vtr_[A-Za-z0-9_-]{40,}", page.text)
    if page.status_code != 201 or not keys:
        sys.exit(f"no key was made: {page.status_code}")
    return keys[0]


def main():
    port, shop = free_port(), free_port()
    base = f"http://127.0.0.1:{port}"
    command = [EXECUTABLE, "demo", "--listen", f"127.0.0.1:{port}", "--shop", f"127.0.0.1:{shop}", "--data", FOLDER]
    with open(os.path.join(FOLDER, "server.log"), "wb") as log:
        server = subprocess.Popen(command, env=os.environ | {"VITRINE_RATE_FACTOR": "1000"}, stdout=log, stderr=log)
        try:
            wait_for(base, server)
            key = make_key(base)
            paths = requests.get(f"{base}/api/openapi.json", timeout=10).json()["paths"]
            operations = sum(len(METHODS & item.keys()) for item in paths.values())
            each = math.ceil(REQUESTS / operations)
            checks = [
                "schemathesis", "run", f"{base}/api/openapi.json",
                "--header", f"Authorization: Bearer {key}",
                "--mode", "all",
                "--max-examples", str(each),
                # One: the coverage phase of several at once meets a bug of CPython's.
                "--workers", "1",
                # What is described by a pattern may still be refused for what no pattern says: a day that no calendar has, an address
                # whose parts are too long. Everything else that schemathesis knows is checked.
                "--exclude-checks", "positive_data_acceptance",
            ]
            print(f"    {operations} operations, {each} examples each", flush=True)
            sys.exit(subprocess.run(checks).returncode)
        finally:
            server.terminate()
            server.wait(timeout=60)


main()
