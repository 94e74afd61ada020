@player ada
@player bob
@staff mara moderator
mara> mute bob shout 2h30m too loud
mara< Bob is muted on shout until
bob> shout hello
bob< You are muted on shout for another 2 h
ada! hello
bob> say hello
ada< Bob says, "hello"
mara> mutes
mara< Bob: mute on shout by Mara (moderator), 2 h
mara> mutes bob
mara< Bob: mute on shout
mara> mutes ada
mara< No restriction counts against ada.
