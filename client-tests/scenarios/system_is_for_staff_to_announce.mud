@staff mara moderator
@player ada
mara> system The tide turns at ten.
ada< [system] The tide turns at ten.
ada> system Free beer.
mara! Free beer
