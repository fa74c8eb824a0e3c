#!/bin/sh
# Makes the runs that ship with IPT Lab, by the command anyone would use. What is done is not
# done again, so this continues where it was stopped. Seed by seed, so that it can be stopped
# early: what is there is balanced.
#
#   sh data/starter.sh [STORE]      BIN: where `ipt` is; TASKS, SEEDS: see below
set -eu
store=${1:-$(dirname "$0")/starter}
ipt=${BIN:-.venv/bin}/ipt
seeds=${SEEDS:-0 1 2}

for task in ${TASKS:-mini-dart mini-mtop}; do
    "$ipt" run --store "$store" --task "$task" --method zero_shot
    "$ipt" run --store "$store" --task "$task" --method icl
done
for seed in $seeds; do
    for task in ${TASKS:-mini-dart mini-mtop}; do
        "$ipt" run --store "$store" --task "$task" --method pt --seed "$seed"
        "$ipt" run --store "$store" --task "$task" --method ipt --seed "$seed"
    done
done
