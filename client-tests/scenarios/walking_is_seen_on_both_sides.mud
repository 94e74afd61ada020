bob> north
bob< The Quay
ada< Bob leaves north.
ada> north
bob< Ada arrives from the south.
ada> south
bob< Ada leaves south.
ada> hatch
ada< The Cellar
