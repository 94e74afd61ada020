@player ada
@player bob
@staff mara moderator
ada> watch say
ada< There is no command "watch".
mara> watch whisper
mara< What is said on whisper is private.
mara> watch party
mara< What is said on party is private.
mara> watch off
mara< You watch no channel.
mara> watch say
mara< You watch say, wherever it is used.
# Whoever is in the room hears it anyway, and not twice.
bob> say hello
mara< Bob says, "hello"
mara! [watch
bob> down
ada> down
mara> look
bob> say far from here
ada< Bob says, "far from here"
mara< [watch: say#2 in
bob> whisper ada nobody hears this
mara! nobody hears
bob> emote waves
mara! waves
mara> watch emote
mara< You watch emote, wherever it is used, and no longer say.
bob> say not watched
mara! not watched
bob> emote waves
mara< [watch: emote#2 in
mara> watch say
mara< You watch say, wherever it is used, and no longer emote.
mara> watch off
mara< You no longer watch say.
bob> say still here
mara! still here
