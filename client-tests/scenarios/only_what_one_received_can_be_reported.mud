# Ada and Bob share a room; Gil has gone north.
@player ada
@player bob
@player gil
@staff mara moderator
bob> say between us
ada< Bob says, "between us"
gil> north
bob> whisper ada a secret
ada< a secret
gil> report whisper#1 I saw it
gil< You have received no message like that.
gil> report whisper#99 I saw it
gil< You have received no message like that.
gil> report nobody he is rude
gil< You have received nothing from nobody lately.
gil> report say#0 x
gil< Usage:
gil> report say#99999999999999999999999 x
gil< Usage:
gil> report gil myself
gil< You have received nothing from gil lately.
ada> say hello
ada< You say, "hello"
ada> report ada it was me
ada< That is what you said yourself.
ada> report whisper#1 it was whispered
ada< What Bob said is with the staff now
mara< case 1, Bob is reported: it was whispered
ada> ignore bob
bob> say can you hear me?
ada! can you hear me
ada> report say#3 I did not hear it
ada< You have received no message like that.
# What she received before that, she has received.
ada> report bob he goes on and on
ada< You have reported that already
ada> modqueue
ada< There is no command "modqueue"
ada> claim 1
ada< Only a moderator or above may do that.
