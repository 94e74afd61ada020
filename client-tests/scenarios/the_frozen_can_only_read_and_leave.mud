@player ada
@player bob
@staff mara moderator
mara> freeze bob stay where you are
mara< Bob is frozen until
bob> north
bob< You are frozen for another
ada! leaves
bob> say hello
bob< You are frozen
ada! hello
bob> help look
bob< look
bob> myrecord
bob< freeze: stay where you are [counts for another
mara> thaw bob
mara< Bob is no longer frozen.
bob> say hello
ada< Bob says, "hello"
