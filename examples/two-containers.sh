#!/usr/bin/env bash
# two-containers.sh [IMAGE]: two containers on a bridge of their own, which they do not
# share with Docker; run as root. Addresses come from a pool.
set -euo pipefail
image=${1:-busybox}
names=(netpipe-ex-one netpipe-ex-two)

clean() {
  for name in "${names[@]}"; do
    netpipe detach "$name" --all || true
    docker rm -f "$name" >/dev/null || true
  done
  netpipe network del netpipe-ex || true
}
trap clean EXIT

# The pool: .1 stays free for a router, .2 to .9 are handed out by hand.
netpipe network add netpipe-ex --bridge br-ex --subnet 10.99.0.0/24 \
  --gateway 10.99.0.1 --exclude 10.99.0.2-10.99.0.9

for name in "${names[@]}"; do
  docker run -dit --network none --name "$name" "$image" >/dev/null
  netpipe attach "$name" net:netpipe-ex auto
done

# The first of them is 10.99.0.10, for 2 to 9 are excluded.
docker exec "${names[1]}" ping -c 1 10.99.0.10
netpipe list
