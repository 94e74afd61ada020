@player ada
@player bob
@staff mara moderator
mara> freeze bob stay where you are
mara< Bob is frozen until it is lifted: stay where you are
bob> north
bob< You are frozen until staff lift it. The reason: stay where you are.
ada! leaves
bob> say hello
bob< You are frozen
ada! hello
bob> help look
bob< look
bob> myrecord
bob< freeze: stay where you are [counts until staff lift it]
mara> thaw bob
mara< Bob is no longer frozen.
bob> say hello
ada< Bob says, "hello"
