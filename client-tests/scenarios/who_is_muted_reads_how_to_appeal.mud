@player bob
@staff mara moderator
bob> myrecord
bob< Nothing stands against you, and nothing ever did.
bob! appeal
mara> mute BOB say 2h too loud
mara< Bob is muted on say until
bob> myrecord
bob< mute on say: too loud [counts for another
bob> myrecord
bob< With `appeal <text>` somebody else looks at it again.
mara> unmute bob
bob< you are no longer muted
bob> myrecord
bob< mute on say: too loud [lifted
bob! appeal
mara> note bob third time
mara> record bob
mara< The record of Bob
mara> record mara
mara< note about Bob by Mara (moderator): third time
