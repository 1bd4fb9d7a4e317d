"""An office's day, played over HTTP on one machine by the people of the simulation, and compared."""
