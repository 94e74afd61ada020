@player ada
@player bob
@staff mara moderator
mara> timeout bob 10m calm down
mara< Bob is in a timeout until
bob> say hello
bob< s (until 
ada! hello
mara> timeout bob perm calm down
mara< A timeout runs out
mara> unmute bob
mara< Bob is no longer in a timeout.
bob> say hello
ada< Bob says, "hello"
