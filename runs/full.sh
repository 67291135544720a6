#!/bin/sh
# Measures what runs/small.sh makes with more splits than two cores have patience for: 8 minutes of one core a split
# for the students alone. Nothing needs a GPU; torch uses as many cores as there are.
#   runs/full.sh FOLDER WORK      after runs/small.sh with the same two
set -eu
data=$1 work=$2

# Valence and arousal: three splits, each with five students that have not heard its test clips.
tonescape evaluate affect --data "$data" --cache "$work/cache" --seeds 3 --hand-seeds 5 --write
tonescape evaluate features --data "$data" --teacher "$work/musicnn-0.1.0-py3-none-any.whl" --cache "$work/cache" --write
tonescape evaluate gems --data "$data" --cache "$work/cache" --write
tonescape evaluate tags --data "$data" --cache "$work/cache" --write
tonescape evaluate classes --data "$data" --plots docs/accuracy --write
