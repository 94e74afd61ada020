ada> nor
ada< The Quay
bob< Ada leaves north.
ada> sou
ada< The Long Pier
ada> wh
ada< In the world
ada> sh fire
bob< Ada shouts, "fire"
ada> sa hello
ada< "sa" could be save or say.
bob! hello
