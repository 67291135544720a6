"""What a picture is made of before the brush: the model, the setting, and how both are built."""
