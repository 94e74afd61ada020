@player ada
@player bob
@staff mara moderator
mara> timeout bob 10m calm down
mara< Bob is in a timeout until
bob< Staff have decided: you are in a timeout for another
bob> say hello
bob< You are in a timeout for another
ada! hello
mara> timeout bob perm calm down
mara< A timeout runs out
mara> unmute bob
mara< Bob is no longer in a timeout.
bob> say hello
ada< Bob says, "hello"
