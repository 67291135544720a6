"""What a picture shows: one file each, `compose(brief, rng) -> Composition`, named in the group "tonescape.motifs"."""
