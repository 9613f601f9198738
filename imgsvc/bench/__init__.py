"""`imgsvc bench`: what one core of this machine does, stage by stage, on given pictures."""
