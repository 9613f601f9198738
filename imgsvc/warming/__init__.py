"""Makes a whole catalogue's renditions before they are asked for: `imgsvc warm`; docs/warming.md."""
