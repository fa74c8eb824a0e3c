"""Measurements beside PEFT, which is what people would use otherwise."""
