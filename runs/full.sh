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

# Generators. On two cores the shipped one took half an hour; the GPU hours are guesses, nothing was measured on one.
tonescape train generator-data --data "$data" --out "$work/nature" # 10 minutes of one core
tonescape train generator modern --data "$work/nature/train.parquet" --columns valence,arousal --batch 64 --steps 50000 --ema 2000 --out "$work/gan" # 1-2 h
tonescape train generator flow --data "$work/nature/train.parquet" --columns valence,arousal --width 64 --batch 128 --steps 100000 --out "$work/flow" # 3-5 h
tonescape train vqgan "$work/covers" --out "$work/vqgan" --side 256 --batch 8 --steps 250000 # some 20 h; a folder of your own pictures
tonescape train fusion "$work/pairs.csv" --out "$work/fusion" --fusion gated --optimiser adamw # with TONESCAPE_DIFFUSION set
tonescape evaluate fusion "$work/pairs.csv"
