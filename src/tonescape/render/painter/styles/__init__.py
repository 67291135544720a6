"""How a picture is painted: one file each, `render(composition, size, rng, on_step) -> RGB`, in "tonescape.styles"."""
