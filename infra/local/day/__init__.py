"""An office's day, played over HTTP by the people of the simulation, and compared with it."""
