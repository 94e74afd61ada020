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
# A channel that was misspelt closes none, let alone all of them.
mara> mute bob shuot 2h too loud
mara< There is no channel "shuot"; `channels` lists them. A time stands before the reason.
bob> say hello once more
ada< Bob says, "hello once more"
