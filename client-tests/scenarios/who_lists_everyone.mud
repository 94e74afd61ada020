@guest gil
@player ada
ada> who
ada< Ada
ada< Gil (guest)
ada< 2 players.
