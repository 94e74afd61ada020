# Bob is on the quay, in the same subzone; Gil is in the market, in the next.
bob> north
gil> north
gil> east
gil< The Market Square
ada> local boat ahoy
ada< You call out, "boat ahoy"
bob< Ada calls out, "boat ahoy"
gil! boat ahoy
