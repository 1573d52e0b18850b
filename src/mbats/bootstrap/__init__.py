"""Which vendor plugs in where: the only room that names a concrete adapter."""
