#!/bin/sh
# Measures what runs/small.sh makes with more splits than two cores have patience for: 8 minutes of one core a split
# for the students alone. Nothing needs a GPU; torch uses as many cores as there are.
#   runs/full.sh FOLDER WORK      after runs/small.sh with the same two
set -eu
data=$1 work=$2

# Valence and arousal: three splits, each with five students that have not heard its test clips.
tonescape evaluate affect --data "$data" --cache "$work/cache" --seeds 3 --hand-seeds 5 --write --lines
tonescape evaluate features --data "$data" --teacher "$work/musicnn-0.1.0-py3-none-any.whl" --cache "$work/cache" --write --lines
tonescape evaluate gems --data "$data" --cache "$work/cache" --write --lines
tonescape evaluate tags --data "$data" --cache "$work/cache" --write --lines
tonescape evaluate classes --data "$data" --plots docs/accuracy --write --lines

# Generators; docs/GENERATORS.md shows the arithmetic of the GPU hours, of which nothing was measured.
learn() { tonescape train generator "$@" --data "$work/nature/train.parquet" --columns valence,arousal; }
tonescape train generator-data --data "$data" --out "$work/nature" # 10 minutes of one core
learn modern --batch 64 --steps 50000 --ema 2000 --out "$work/gan" # .4 h
learn flow --width 64 --batch 128 --steps 100000 --out "$work/flow" # 4 h
learn wgan-gp --width 64 --batch 64 --steps 200000 --rate 1e-4 --out "$work/wgan-gp" # 14 h
learn logan --width 64 --batch 64 --steps 100000 --out "$work/logan" # 17 h
learn acgan --width 64 --batch 64 --steps 100000 --out "$work/acgan" # 6 h
learn landscape --width 64 --batch 64 --steps 100000 --out "$work/landscape" # 5 h
tonescape evaluate generator --data "$work/nature" --rows "flow=$work/flow" "wgan-gp=$work/wgan-gp" "logan=$work/logan" "acgan=$work/acgan" "landscape=$work/landscape"
tonescape train vqgan --data "$work/covers" --out "$work/vqgan" --side 256 --batch 8 --steps 250000 # 22 h; a folder of your own pictures
tonescape train fusion --data "$work/pairs.csv" --out "$work/fusion" --fusion gated --optimiser adamw # 4 minutes, after tonescape fetch minisd
tonescape evaluate fusion --data "$work/pairs.csv" --sampling 25 # 11 h
