# Bob is in another subzone of the zone, Gil in another zone, Kim on another plane.
bob> north
bob> east
bob< The Market Square
gil> north
gil> east
gil> north
gil< The Gate
kim> down
kim< The Foot of the Stair
ada> shout fire
ada< You shout, "fire"
bob< Ada shouts, "fire"
gil! fire
kim! fire
