@player ada
@player bob
@player gil
@staff mara moderator
mara> kick bob go for a walk
mara< Bob is put out of the world: go for a walk
bob< Staff put you out of the world. The reason: go for a walk
ada< Bob leaves the world.
mara> ban gil 7d threats
mara< Gil is banned until
gil< The reason: threats.
ada< Gil leaves the world.
mara> bans
mara< Gil: ban by Mara (moderator),
mara> unban gil
mara< Gil is no longer banned.
mara> bans
mara< No ban counts.
