"""The rival of the storm: what most would build, a server that locks the slot's row, done well."""
