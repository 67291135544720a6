"""Which metrical level is the beat: made music with known tempo, the model, its measures."""
