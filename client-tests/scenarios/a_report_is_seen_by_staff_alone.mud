# Ada, Bob and Gil share a room; Mara moderates.
@player ada
@player bob
@player gil
@staff mara moderator
bob> say good morning
ada< Bob says, "good morning"
bob> say you stupid oaf
ada< Bob says, "you stupid oaf"
ada> report bob he insults me
ada< What Bob said is with the staff now
mara< case 1, Bob is reported: he insults me. `modqueue 1`
bob! report
bob! Staff
gil! report
ada> report bob he insults me
ada< You have reported that already
# The same incident, from somebody else.
gil> report bob so rude
gil< What Bob said is with the staff now
mara> modqueue
mara< 1: report about Bob, priority 10
mara> modqueue 1
mara< Ada: he insults me
mara< say#1: Bob says, "good morning"
mara< say#2 reported: Bob says, "you stupid oaf"
mara< unchanged, SHA-256
mara< Gil: so rude
mara< On record about Bob: restrictions 0, warnings 0, kicks 0.
mara> claim 1
mara< You look into case 1 about Bob now.
mara> uphold 1 mute 2h no insults
mara< Bob is muted on all channels until
bob< Staff have decided: you are muted on all channels
bob! report
ada< Staff have looked at what you reported about Bob
gil< it is upheld. Thank you
mara> uphold 1 again
mara< Case 1 is upheld already, by Mara.
bob> myrecord
bob< mute on all channels: no insults
bob! Ada
bob! report
