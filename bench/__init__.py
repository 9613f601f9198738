"""Measures imgsvc against its peers on one machine, interleaved: `bench/run`."""
