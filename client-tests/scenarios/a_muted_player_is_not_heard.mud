# Ada, Bob and Gil share a room; Mara moderates.
@player ada
@player bob
@player gil
@staff mara moderator
mara> mute bob 1h spamming
mara< Bob is muted on all channels until
bob< The reason: spamming
bob> say anyone here?
bob< The reason: spamming. `myrecord` has the particulars.
ada! anyone here
gil! anyone here
bob> shout anyone here?
bob< You are muted
ada! anyone here
bob> whisper ada anyone here?
bob< You are muted
ada! anyone here
bob> :waves
bob< You are muted
ada! waves
bob> pose Rain drips from $n's hat.
bob< You are muted
ada! Rain
bob> afk anyone here?
bob< You are muted
ada> who
ada! anyone here
# He still hears.
ada> say poor bob
bob< Ada says, "poor bob"
bob> myrecord
bob< mute on all channels: spamming [counts for another
bob! Mara
mara> unmute bob that will do
mara< Bob is no longer muted.
bob< you are no longer muted
bob> say thank you
ada< Bob says, "thank you"
mara> record bob
mara< mute on all channels by Mara (moderator): spamming [lifted
