# Ada and Bob trade; Mara keeps order and is exempt.
@player ada
@player bob
@staff mara moderator
mara> slowmode global 30 too lively
mara< Everyone has one line every 30 s on global until it is lifted: too lively
ada< Slow mode is on: one line every 30 s on global.
ada> global one
bob< one
ada> global two
ada< Slow mode: one line on global every 30 s. Wait
bob! two
bob> global three
ada< three
mara> global four
mara> global five
ada< five
mara> slowmode global 60
ada< one line every 1 min on global. It counts until staff lift it. The reason: it got too lively.
ada! over on global
mara> slowmode global off
ada< Slow mode is over on global.
mara> slowmode global off
mara< There is no slow mode on global.
ada> global six
bob< six
mara> lock global 10m a raid
mara< global is locked until
bob< Staff have locked global. It counts for another 10 min
bob> global seven
bob< Staff have locked global for another 10 min
ada! seven
bob! myrecord
mara> global calm down
bob< calm down
bob> say eight
ada< Bob says, "eight"
mara> unlock global
bob< Everyone may speak on global again.
mara> agelimit global 7d
bob< To speak on global, an account must be 7 d old.
mara> mutes
mara< everyone: age limit of 7 d on global by Mara (moderator), until lifted
bob> mutes
bob< There is no command
mara> agelimit global off
bob< Accounts of any age may speak on global again.
mara> slow bob 20 say 1h talks a lot
mara< Bob has one line every 20 s on say until
bob< you have one line every 20 s on say
bob> say nine
ada< nine
bob> say ten
bob< Slow mode: one line on say every 20 s.
ada! ten
mara> unslow bob
bob< you are no longer slowed down
bob> say eleven
ada< eleven
