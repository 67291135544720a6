"""What pictures show, for every motif: sky, water, land, plants, weather, towns, objects."""
