#!/bin/sh
# Makes the shipped weights again on two cores and installs them (--install), from a folder of data (docs/ACCURACY.md says what they are worth).
#   runs/small.sh FOLDER WORK      FOLDER holds music/ and text/; WORK is for the cache and the teacher's wheel
# A second run finds in WORK what is worked out of each recording and is done in minutes.
set -eu
data=$1 work=$2
mkdir -p "$work"

# Valence and arousal: weights/ear.npz and weights/affect.npz. 1.2 s of one core for each of 1,024 clips (half of it the
# teacher) and 100 s for the student: some 22 minutes of one core, measured part by part. The student is retrained, so
# its numbers differ from the shipped ones as one run differs from another; models on top of it are trained after it.
pip download --quiet --no-deps --dest "$work" musicnn==0.1.0 # the teacher, 29 MB, ISC; it is read, not installed
tonescape train affect --data "$data" --teacher "$work/musicnn-0.1.0-py3-none-any.whl" --cache "$work/cache" --install

# The twelve features, GEMS emotions and mood words stand on what was heard; each under 3 minutes.
tonescape train features --data "$data" --teacher "$work/musicnn-0.1.0-py3-none-any.whl" --cache "$work/cache" --install
tonescape train gems --data "$data" --cache "$work/cache" --install
tonescape train tags --data "$data" --cache "$work/cache" --install

# The beat among the metrical levels (some 5 minutes, most of them decoding and making clips).
tonescape train tempo --data "$data" --cache "$work/cache" --install

# Mood classes: from published features (some 4 minutes), then from those that were heard (seconds).
tonescape train classes --data "$data" --install
tonescape train classes --data "$data" --heard --install

# Words of scripts and lyrics (some 10 minutes), and the two judges of pictures (some 8).
tonescape train words --data "$data" --cache "$work/cache" --install
tonescape train judges --data "$data" --cache "$work/cache" --install
